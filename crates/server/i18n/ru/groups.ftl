# Общее для страниц о группах клиентов и их потребностях.

groups-by = Рядом по признаку
groups-everybody = все вместе
groups-and-more = { $names } и ещё { $n }
groups-unknown-question = В этом опросе нет такой оценки.
groups-others = мелкие группы вместе
groups-how-period = { $from } – { $to }; учтено { $n ->
    [one] { $n } клиент
    [few] { $n } клиента
   *[other] { $n } клиентов
}.
groups-how-sample = Выборка
groups-how-sample-text = Каждый ответ учтён один раз, без весов, как если бы ответившие были случайной выборкой из всех клиентов. О тех, кто не ответил, здесь ничего не известно.
groups-how-assumptions = Допущения
groups-how-source = Источник
groups-how-sizes = Размеры
groups-trait-location = филиал
groups-trait-channel = канал
groups-trait-language = язык
groups-trait-touchpoint = точка контакта
