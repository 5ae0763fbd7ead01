# Рамка каждой страницы: навигация, учётная запись, вход, ошибки, кнопки.

product = Radost
page-title = { $title } · Radost
skip-to-content = К содержанию

nav-label = Главное меню
nav-menu = Меню
nav-overview = Обзор
nav-listen = Голос клиента
nav-surveys = Опросы
nav-collect = Сбор ответов
nav-responses = Ответы
nav-import = Импорт
nav-explain = Объяснение
nav-breakdown = Разрезы
nav-trend = Динамика
nav-drivers = Драйверы
nav-kano = Модель Кано
nav-index = Индекс
nav-segments = Сегменты
nav-tuning = Подстройка
nav-value = Карта ценности
nav-benchmarks = Ориентиры
nav-kpis = Цели (KPI)
nav-retain = Удержание
nav-customers = Клиенты
nav-team = Команда
nav-locations = Филиалы
nav-employees = Сотрудники
nav-settings = Настройки
nav-users = Пользователи
nav-api-keys = Ключи API
nav-audit = Журнал действий
nav-workspace = Рабочее пространство

breadcrumbs = Вы здесь
account-menu = Учётная запись
sign-out = Выйти
language = Язык
theme = Оформление
theme-auto = Как на устройстве
theme-light = Светлое
theme-dark = Тёмное

login-title = Вход
login-lead = Слышать клиентов и знать, что делать дальше.
login-email = Электронная почта
login-password = Пароль
login-submit = Войти
login-failed = Неверная почта или пароль. Проверьте их и попробуйте ещё раз.
login-too-many = Слишком много попыток. Подождите четверть часа и попробуйте снова.
login-signed-out = Вы вышли из системы.
login-expired = Вас давно не было. Войдите ещё раз.

error-404-title = Такой страницы нет
error-404-body = Возможно, в адресе опечатка или страницу удалили.
error-403-title = Эта страница вам недоступна
error-403-body = Ваша роль не даёт к ней доступа. Если он нужен, обратитесь к администратору рабочего пространства.
error-500-title = На нашей стороне произошла ошибка
error-500-body = Попробуйте ещё раз чуть позже. Если ошибка повторится, сообщите администратору код ниже.
error-503-title = Сервер сейчас перегружен
error-503-body = Запросов больше, чем он успевает обработать. Попробуйте через несколько секунд.
error-form-expired-title = Форма устарела
error-form-expired-body = Страница была открыта слишком долго. Вернитесь, обновите её и отправьте форму снова.
error-code = Код: { $code }
error-to-overview = К обзору
error-to-start = На главную

save = Сохранить
cancel = Отмена
create = Создать
add = Добавить
edit = Изменить
delete = Удалить
remove = Убрать
close = Закрыть
back = Назад
continue = Продолжить
search = Найти
open = Открыть
download = Скачать
upload = Загрузить
preview = Предпросмотр
publish = Опубликовать
copy = Копировать
copied = Скопировано
show-all = Показать все
more-actions = Другие действия
confirm-title = Вы уверены?
confirm = Да, продолжить

required = обязательно
optional = необязательно
saved = Сохранено.
created = Создано.
deleted = Удалено.
form-has-errors = { $n ->
    [one] Проверьте { $n } поле.
    [few] Проверьте { $n } поля.
   *[other] Проверьте { $n } полей.
}
