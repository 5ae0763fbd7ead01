# Рамката на всяка страница: навигация, профил, вход, грешки, бутони.

product = Radost
page-title = { $title } · Radost
skip-to-content = Към съдържанието

nav-label = Основно меню
nav-menu = Меню
nav-overview = Преглед
nav-listen = Глас на клиента
nav-surveys = Анкети
nav-collect = Събиране
nav-responses = Отговори
nav-import = Импортиране
nav-explain = Обяснение
nav-breakdown = Разрези
nav-trend = Динамика
nav-drivers = Двигатели
nav-kano = Модел на Кано
nav-index = Индекс
nav-segments = Сегменти
nav-tuning = Настройване
nav-value = Карта на стойността
nav-benchmarks = Ориентири
nav-kpis = Цели (KPI)
nav-retain = Задържане
nav-customers = Клиенти
nav-team = Екип
nav-locations = Обекти
nav-employees = Служители
nav-settings = Настройки
nav-users = Потребители
nav-api-keys = API ключове
nav-audit = Журнал на действията
nav-workspace = Работно пространство

breadcrumbs = Вие сте тук
account-menu = Профил
sign-out = Изход
language = Език
theme = Изглед
theme-auto = Като на устройството
theme-light = Светъл
theme-dark = Тъмен

login-title = Вход
login-lead = Чувате клиентите и знаете какво да направите.
login-email = Имейл
login-password = Парола
login-submit = Влизане
login-failed = Имейлът или паролата не са верни. Проверете ги и опитайте отново.
login-too-many = Твърде много опити. Изчакайте четвърт час и опитайте отново.
login-signed-out = Излязохте от системата.
login-expired = Нямаше ви известно време. Влезте отново.

error-404-title = Няма такава страница
error-404-body = Може би адресът е сгрешен или страницата е премахната.
error-403-title = Нямате достъп до тази страница
error-403-body = Ролята ви не включва тази страница. Ако ви е нужна, обърнете се към администратора на работното пространство.
error-500-title = Възникна грешка при нас
error-500-body = Опитайте пак след малко. Ако грешката се повтори, съобщете на администратора кода по-долу.
error-503-title = Сървърът е претоварен в момента
error-503-body = Заявките са повече, отколкото може да обработи. Опитайте след няколко секунди.
error-form-expired-title = Формулярът е остарял
error-form-expired-body = Страницата е стояла отворена твърде дълго. Върнете се, презаредете я и изпратете отново.
error-code = Код: { $code }
error-to-overview = Към прегледа
error-to-start = Към началото

save = Запазване
cancel = Отказ
create = Създаване
add = Добавяне
edit = Редактиране
delete = Изтриване
remove = Премахване
close = Затваряне
back = Назад
continue = Напред
search = Търсене
open = Отваряне
download = Изтегляне
upload = Качване
preview = Предварителен преглед
publish = Публикуване
copy = Копиране
copied = Копирано
show-all = Показване на всички
more-actions = Други действия
confirm-title = Сигурни ли сте?
confirm = Да, продължете

required = задължително
optional = по избор
saved = Запазено.
created = Създадено.
deleted = Изтрито.
form-has-errors = { $n ->
    [one] Проверете { $n } поле.
   *[other] Проверете { $n } полета.
}
