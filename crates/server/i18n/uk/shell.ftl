# Рамка кожної сторінки: навігація, обліковий запис, вхід, помилки, кнопки.

product = Radost
page-title = { $title } · Radost
skip-to-content = До вмісту

nav-label = Головне меню
nav-menu = Меню
nav-overview = Огляд
nav-listen = Голос клієнта
nav-surveys = Опитування
nav-collect = Збір відповідей
nav-responses = Відповіді
nav-import = Імпорт
nav-explain = Пояснення
nav-breakdown = Зрізи
nav-trend = Динаміка
nav-drivers = Драйвери
nav-kano = Модель Кано
nav-index = Індекс
nav-segments = Сегменти
nav-tuning = Налаштування під клієнта
nav-value = Карта цінності
nav-benchmarks = Орієнтири
nav-kpis = Цілі (KPI)
nav-retain = Утримання
nav-customers = Клієнти
nav-team = Команда
nav-locations = Філії
nav-employees = Працівники
nav-settings = Налаштування
nav-users = Користувачі
nav-api-keys = Ключі API
nav-audit = Журнал дій
nav-workspace = Робочий простір

breadcrumbs = Ви тут
account-menu = Обліковий запис
sign-out = Вийти
language = Мова
theme = Вигляд
theme-auto = Як на пристрої
theme-light = Світлий
theme-dark = Темний

login-title = Вхід
login-lead = Чути клієнтів і знати, що робити далі.
login-email = Електронна пошта
login-password = Пароль
login-submit = Увійти
login-failed = Хибна пошта або пароль. Перевірте їх і спробуйте ще раз.
login-too-many = Забагато спроб. Зачекайте чверть години та спробуйте знову.
login-signed-out = Ви вийшли із системи.
login-expired = Вас довго не було. Увійдіть ще раз.

error-404-title = Такої сторінки немає
error-404-body = Можливо, в адресі помилка або сторінку вилучили.
error-403-title = Ця сторінка вам недоступна
error-403-body = Ваша роль не дає до неї доступу. Якщо він потрібен, зверніться до адміністратора робочого простору.
error-500-title = На нашому боці сталася помилка
error-500-body = Спробуйте ще раз трохи згодом. Якщо помилка повториться, повідомте адміністратору код нижче.
error-503-title = Сервер зараз перевантажений
error-503-body = Запитів більше, ніж він встигає обробити. Спробуйте за кілька секунд.
error-form-expired-title = Форма застаріла
error-form-expired-body = Сторінка була відкрита надто довго. Поверніться, оновіть її та надішліть форму знову.
error-code = Код: { $code }
error-to-overview = До огляду
error-to-start = На головну

save = Зберегти
cancel = Скасувати
create = Створити
add = Додати
edit = Змінити
delete = Видалити
remove = Прибрати
close = Закрити
back = Назад
continue = Продовжити
search = Знайти
open = Відкрити
download = Завантажити
upload = Вивантажити
preview = Попередній перегляд
publish = Опублікувати
copy = Копіювати
copied = Скопійовано
show-all = Показати всі
more-actions = Інші дії
confirm-title = Ви впевнені?
confirm = Так, продовжити

required = обов’язково
optional = необов’язково
saved = Збережено.
created = Створено.
deleted = Видалено.
form-has-errors = { $n ->
    [one] Перевірте { $n } поле.
    [few] Перевірте { $n } поля.
   *[other] Перевірте { $n } полів.
}
