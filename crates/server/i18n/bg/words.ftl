# Думи, общи за много страници: изводи, числа, таблици, филтри, дати.

verdict-higher = по-високо
verdict-lower = по-ниско
verdict-no-clear-difference = няма ясна разлика
verdict-too-few = все още няма достатъчно отговори
compared-with-previous = спрямо предходния период
withheld = все още няма достатъчно отговори
withheld-why = Показва се при поне { $n } отговора, за да не може никой да бъде разпознат.

stat-n = n = { $n }
stat-interval = Интервал { $level }: { $interval }
responses-count = { $n ->
    [one] { $n } отговор
   *[other] { $n } отговора
}
rows-count = { $n ->
    [one] { $n } ред
   *[other] { $n } реда
}
customers-count = { $n ->
    [one] { $n } клиент
   *[other] { $n } клиенти
}

chart-point = { $label }: { $value } [{ $interval }], n = { $n }
chart-point-withheld = { $label }: все още няма достатъчно отговори
chart-as-table = Същото в таблица
chart-reference = { $label }: { $value }

table-empty = Тук все още няма нищо
table-nothing-found = Нищо не отговаря на тези филтри
table-next = Напред
table-first = В началото
table-pages = Страници на таблицата
table-export = Експортиране
export-csv = CSV
export-xlsx = Excel

filter-label = Филтри
filter-apply = Прилагане
filter-reset = Изчистване на филтрите
filter-all = Всички
filter-from = От
filter-to = До
filter-period = Период
filter-survey = Анкета
filter-location = Обект
filter-channel = Канал
filter-language = Език
filter-search = Търсене
period-7-days = Последните 7 дни
period-30-days = Последните 30 дни
period-90-days = Последните 90 дни
period-12-months = Последните 12 месеца
period-custom = Избор на дати

yes = Да
no = Не
none = няма
unknown = неизвестно
name = Име
code = Код
status = Състояние
created-at = Създадено
updated-at = Променено
total = Общо
value = Стойност
interval = Интервал

date-long = { $day } { $month } { $year } г.
date-short = { $day } { $month } { $year }
month-and-year = { $month } { $year }
date-and-time = { $date }, { $time }
ago-now = току-що
ago-minutes = преди { $n } мин
ago-hours = преди { $n } ч
ago-days = { $n ->
    [one] преди { $n } ден
   *[other] преди { $n } дни
}

month-1 = януари
month-2 = февруари
month-3 = март
month-4 = април
month-5 = май
month-6 = юни
month-7 = юли
month-8 = август
month-9 = септември
month-10 = октомври
month-11 = ноември
month-12 = декември
month-of-1 = януари
month-of-2 = февруари
month-of-3 = март
month-of-4 = април
month-of-5 = май
month-of-6 = юни
month-of-7 = юли
month-of-8 = август
month-of-9 = септември
month-of-10 = октомври
month-of-11 = ноември
month-of-12 = декември
month-short-1 = яну
month-short-2 = фев
month-short-3 = март
month-short-4 = апр
month-short-5 = май
month-short-6 = юни
month-short-7 = юли
month-short-8 = авг
month-short-9 = сеп
month-short-10 = окт
month-short-11 = ное
month-short-12 = дек
