# Слова, общие для многих страниц: выводы, числа, таблицы, фильтры, даты.

verdict-higher = выше
verdict-lower = ниже
verdict-no-clear-difference = явной разницы нет
verdict-too-few = пока мало ответов
compared-with-previous = к прошлому периоду
withheld = пока мало ответов
withheld-why = Показываем от { $n } ответов, чтобы никого нельзя было узнать.

stat-n = n = { $n }
stat-interval = Интервал { $level }: { $interval }
responses-count = { $n ->
    [one] { $n } ответ
    [few] { $n } ответа
   *[other] { $n } ответов
}
rows-count = { $n ->
    [one] { $n } строка
    [few] { $n } строки
   *[other] { $n } строк
}
customers-count = { $n ->
    [one] { $n } клиент
    [few] { $n } клиента
   *[other] { $n } клиентов
}

chart-point = { $label }: { $value } [{ $interval }], n = { $n }
chart-point-withheld = { $label }: пока мало ответов
chart-as-table = То же в таблице
chart-reference = { $label }: { $value }

table-empty = Здесь пока ничего нет
table-nothing-found = По этим фильтрам ничего не нашлось
table-next = Дальше
table-first = В начало
table-pages = Страницы таблицы
table-export = Выгрузить
export-csv = CSV
export-xlsx = Excel

filter-label = Фильтры
filter-apply = Применить
filter-reset = Сбросить фильтры
filter-all = Все
filter-from = С
filter-to = По
filter-period = Период
filter-survey = Опрос
filter-location = Филиал
filter-channel = Канал
filter-language = Язык
filter-search = Поиск
period-7-days = Последние 7 дней
period-30-days = Последние 30 дней
period-90-days = Последние 90 дней
period-12-months = Последние 12 месяцев
period-custom = Выбрать даты

yes = Да
no = Нет
none = нет
unknown = неизвестно
name = Название
code = Код
status = Состояние
created-at = Создано
updated-at = Изменено
total = Всего
value = Значение
interval = Интервал

date-long = { $day } { $month } { $year }
date-short = { $day } { $month } { $year }
month-and-year = { $month } { $year }
date-and-time = { $date }, { $time }
ago-now = только что
ago-minutes = { $n } мин назад
ago-hours = { $n } ч назад
ago-days = { $n ->
    [one] { $n } день назад
    [few] { $n } дня назад
   *[other] { $n } дней назад
}

month-1 = январь
month-2 = февраль
month-3 = март
month-4 = апрель
month-5 = май
month-6 = июнь
month-7 = июль
month-8 = август
month-9 = сентябрь
month-10 = октябрь
month-11 = ноябрь
month-12 = декабрь
month-of-1 = января
month-of-2 = февраля
month-of-3 = марта
month-of-4 = апреля
month-of-5 = мая
month-of-6 = июня
month-of-7 = июля
month-of-8 = августа
month-of-9 = сентября
month-of-10 = октября
month-of-11 = ноября
month-of-12 = декабря
month-short-1 = янв.
month-short-2 = февр.
month-short-3 = март
month-short-4 = апр.
month-short-5 = май
month-short-6 = июнь
month-short-7 = июль
month-short-8 = авг.
month-short-9 = сент.
month-short-10 = окт.
month-short-11 = нояб.
month-short-12 = дек.
