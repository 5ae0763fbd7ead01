# Общото за страниците за групите клиенти и техните нужди.

groups-by = Едно до друго по
groups-everybody = всички заедно
groups-and-more = { $names } и още { $n }
groups-unknown-question = В тази анкета няма такава оценка.
groups-others = малките групи заедно
groups-how-period = { $from } – { $to }; { $n ->
    [one] един клиент
   *[other] { $n } клиенти
}.
groups-how-sample = Извадка
groups-how-sample-text = Всеки отговор се брои веднъж, без тегла, сякаш отговорилите са случайна извадка от всички клиенти. За неотговорилите тук не се знае нищо.
groups-how-assumptions = Допускания
groups-how-source = Източник
groups-how-sizes = Размери
groups-trait-location = обект
groups-trait-channel = канал
groups-trait-language = език
groups-trait-touchpoint = точка на контакт
