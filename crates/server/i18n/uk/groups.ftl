# Спільне для сторінок про групи клієнтів та їхні потреби.

groups-by = Поруч за ознакою
groups-everybody = усі разом
groups-and-more = { $names } і ще { $n }
groups-unknown-question = У цьому опитуванні немає такої оцінки.
groups-others = малі групи разом
groups-how-period = { $from } – { $to }; враховано { $n ->
    [one] { $n } клієнта
   *[other] { $n } клієнтів
}.
groups-how-sample = Вибірка
groups-how-sample-text = Кожна відповідь врахована один раз, без ваг, ніби ті, хто відповів, є випадковою вибіркою з усіх клієнтів. Про тих, хто не відповів, тут нічого не відомо.
groups-how-assumptions = Припущення
groups-how-source = Джерело
groups-how-sizes = Розміри
groups-trait-location = філія
groups-trait-channel = канал
groups-trait-language = мова
groups-trait-touchpoint = точка контакту
