# Слова, спільні для багатьох сторінок: висновки, числа, таблиці, фільтри, дати.

verdict-higher = вище
verdict-lower = нижче
verdict-no-clear-difference = помітної різниці немає
verdict-too-few = поки замало відповідей
compared-with-previous = проти попереднього періоду
withheld = поки замало відповідей
withheld-why = Показуємо від { $n } відповідей, щоб нікого не можна було впізнати.

stat-n = n = { $n }
stat-interval = Інтервал { $level }: { $interval }
responses-count = { $n ->
    [one] { $n } відповідь
    [few] { $n } відповіді
   *[other] { $n } відповідей
}
rows-count = { $n ->
    [one] { $n } рядок
    [few] { $n } рядки
   *[other] { $n } рядків
}
customers-count = { $n ->
    [one] { $n } клієнт
    [few] { $n } клієнти
   *[other] { $n } клієнтів
}

chart-point = { $label }: { $value } [{ $interval }], n = { $n }
chart-point-withheld = { $label }: поки замало відповідей
chart-as-table = Те саме в таблиці
chart-reference = { $label }: { $value }

table-empty = Тут поки нічого немає
table-nothing-found = За цими фільтрами нічого не знайдено
table-next = Далі
table-first = На початок
table-pages = Сторінки таблиці
table-export = Експорт
export-csv = CSV
export-xlsx = Excel

filter-label = Фільтри
filter-apply = Застосувати
filter-reset = Скинути фільтри
filter-all = Усі
filter-from = Від
filter-to = До
filter-period = Період
filter-survey = Опитування
filter-location = Філія
filter-channel = Канал
filter-language = Мова
filter-search = Пошук
period-7-days = Останні 7 днів
period-30-days = Останні 30 днів
period-90-days = Останні 90 днів
period-12-months = Останні 12 місяців
period-custom = Вибрати дати

yes = Так
no = Ні
none = немає
unknown = невідомо
name = Назва
code = Код
status = Стан
created-at = Створено
updated-at = Змінено
total = Усього
value = Значення
interval = Інтервал

date-long = { $day } { $month } { $year } р.
date-short = { $day } { $month } { $year }
month-and-year = { $month } { $year }
date-and-time = { $date }, { $time }
ago-now = щойно
ago-minutes = { $n } хв тому
ago-hours = { $n } год тому
ago-days = { $n ->
    [one] { $n } день тому
    [few] { $n } дні тому
   *[other] { $n } днів тому
}

month-1 = січень
month-2 = лютий
month-3 = березень
month-4 = квітень
month-5 = травень
month-6 = червень
month-7 = липень
month-8 = серпень
month-9 = вересень
month-10 = жовтень
month-11 = листопад
month-12 = грудень
month-of-1 = січня
month-of-2 = лютого
month-of-3 = березня
month-of-4 = квітня
month-of-5 = травня
month-of-6 = червня
month-of-7 = липня
month-of-8 = серпня
month-of-9 = вересня
month-of-10 = жовтня
month-of-11 = листопада
month-of-12 = грудня
month-short-1 = січ.
month-short-2 = лют.
month-short-3 = бер.
month-short-4 = квіт.
month-short-5 = трав.
month-short-6 = черв.
month-short-7 = лип.
month-short-8 = серп.
month-short-9 = вер.
month-short-10 = жовт.
month-short-11 = лист.
month-short-12 = груд.
