# Динамика на показател.

overview-to-trend = Случайност или промяна?
scope-annotations-write = Записва какво е направено и какво се е случило
audit-entity-annotation = Бележка

trend-sentence = { $metric }: { $value }{ $course }.
trend-course-few = ; за да се отличи промяна от случайност, са нужни { $needed } с достатъчно отговори, а има { $found }
trend-course-risen = ; расте { $since }
trend-course-fallen = ; спада { $since }
trend-course-levels = , от { $before } на { $after }
trend-course-run-above = : { $steps } подред над общата средна { $mean }
trend-course-run-below = : { $steps } подред под общата средна { $mean }
trend-course-unsteady = ; има отклонения: { $pattern } ({ $when })
trend-course-steady = , стабилно { $since }
trend-course-chance-rise = ; повишението { $when } е в границите на случайното
trend-course-chance-dip = ; спадът { $when } е в границите на случайното

trend-since-day = от { $day }
trend-since-week = от седмицата, започнала на { $day }
trend-since-month = от { $month }
trend-since-quarter = от тримесечието, започнало на { $day }
trend-since-year = от годината, започнала на { $day }
trend-in-day = на { $day }
trend-in-week = през седмицата от { $day }
trend-in-month = през { $month }
trend-in-quarter = през тримесечието от { $day }
trend-in-year = през годината от { $day }
trend-count-day = { $n ->
    [one] { $n } ден
   *[other] { $n } дни
}
trend-count-week = { $n ->
    [one] { $n } седмица
   *[other] { $n } седмици
}
trend-count-month = { $n ->
    [one] { $n } месец
   *[other] { $n } месеца
}
trend-count-quarter = { $n ->
    [one] { $n } тримесечие
   *[other] { $n } тримесечия
}
trend-count-year = { $n ->
    [one] { $n } година
   *[other] { $n } години
}

trend-pattern-beyond-above = над обичайното
trend-pattern-beyond-below = под обичайното
trend-pattern-two-above = 2 от 3 подред далеч над средното
trend-pattern-two-below = 2 от 3 подред далеч под средното
trend-pattern-four-above = 4 от 5 подред видимо над средното
trend-pattern-four-below = 4 от 5 подред видимо под средното
trend-pattern-eight-above = { $n } подред над средното
trend-pattern-eight-below = { $n } подред под средното

trend-latest-day = Последният пълен ден
trend-latest-week = Последната пълна седмица
trend-latest-month = Последният пълен месец
trend-latest-quarter = Последното пълно тримесечие
trend-latest-year = Последната пълна година
trend-next-day = Очаква се
trend-next-week = Очаква се
trend-next-month = Очаква се
trend-next-quarter = Очаква се
trend-next-year = Очаква се
trend-next-note = { $step }, ако всичко продължи както досега; взети предвид: { $steps }
trend-usual = Обичайни граници
trend-usual-note = в тях го държи случайността; средно { $mean }, взети предвид: { $steps }
trend-partial = непълна стъпка
trend-earlier = Година по-рано
trend-signal = Не е случайност
trend-numbers = Числата
trend-by = { $metric }: динамика, стъпка — { $step }
trend-point-nothing = { $label }: никой не е отговорил
trend-point-usual = обичайно { $range }
trend-point-earlier = година по-рано { $value }
trend-point-ahead = { $label }: очаква се { $value }

trend-legend-value = стойност
trend-legend-usual = обичайни граници около средното
trend-legend-signal = не е случайност
trend-legend-partial = непълна стъпка
trend-legend-earlier = година по-рано
trend-legend-ahead = какво може да дойде
trend-legend-mark = какво е направено и какво се е случило

trend-found = Какво казва графиката
trend-shift-rise = Трайно повишение от стъпка { $when } (по-точно — { $span }): от { $before } за { $earlier } на { $after } за { $later }.
trend-shift-fall = Траен спад от стъпка { $when } (по-точно — { $span }): от { $before } за { $earlier } на { $after } за { $later }.
trend-no-signal = Всичко е в границите на случайното: няма смисъл да се търси причина за отделно повишение или спад.
trend-no-limits = За да се каже кое е обичайно, са нужни { $needed } с достатъчно отговори; има { $found }. Изберете по-дълъг период, по-голяма стъпка или махнете част от филтрите.
trend-constant = Всички стойности са еднакви, затова не може да се каже кое би било необичайно.
trend-signals-rare = При спокоен ход такова нещо се случва рядко, но се случва: потърсете причина, преди да действате.
trend-no-outlook = Още няма прогноза: нужни са { $needed } без прекъсване; има { $found }.
trend-no-model = Няма прогноза: стойностите не се менят.
trend-longer = Покажете със стъпка „{ $step }“
trend-history-away = Историята в момента не е достъпна
trend-history-away-text = Всичко е преброено от записите и нищо не е загубено.
trend-coarser = Стъпката е { $step }
trend-coarser-text = С по-малка стъпка точките в графиката биха били твърде много; за нея изберете по-кратък период.

trend-annotations = Какво е направено и какво се е случило
trend-annotations-lead = Номерата са отбелязани на графиката. Това, което се е случило близо до промяна, не е непременно причината за нея.
trend-annotations-none = За този период няма записано нищо.
trend-annotate = Добавяне на бележка
trend-annotation-edit = Промяна на бележка
trend-annotation-delete-sure = Да се изтрие ли тази бележка?
trend-number = №
trend-day = Ден
trend-day-missing = Изберете деня.
trend-text = Какво
trend-text-hint = Един ред до 200 знака, например „Ново меню“ или „Ремонт на улицата пред входа“.
trend-kind = Вид
trend-kind-action = действие: направено, за да се промени нещо
trend-kind-event = събитие: случило се е
trend-everywhere = цялата мрежа
done-annotation-saved = Бележката е запазена.
done-annotation-deleted = Бележката е изтрита.

trend-how-period-text = { $from } – { $to }, { $days ->
    [one] { $days } ден
   *[other] { $days } дни
}. Стъпките, които периодът отрязва, и онази, която още не е свършила, не задават граници и не дават сигнали.
trend-how-chart = Обичайни граници
trend-how-chart-xmr = Карта на отделните стойности (XmR): средно ± 2,66 × средната разлика между съседни стъпки. Предполага се, че във всяка стъпка има приблизително еднакъв брой отговори, няма сезон и стъпките не зависят една от друга.
trend-how-chart-p = Карта на дяловете (p): среден дял p ± 3 √(p (1 − p) / n), където n е броят на отговорите в стъпката. Предполага се, че отговорите не зависят един от друг.
trend-how-chart-laney = Карта на дяловете (p′, Лейни): среден дял p ± 3 σz √(p (1 − p) / n), където n е броят на отговорите в стъпката; σz = { $widened }, защото стъпките се различават повече, отколкото обясняват извадките им.
trend-how-chart-steps = Взети предвид: { $steps }; прекъсванията се прескачат.
trend-how-rules = Не е случайност
trend-how-rules-text = Четирите правила на Western Electric: стъпка извън обичайните граници (3σ), 2 от 3 подред отвъд 2σ, 4 от 5 отвъд 1σ, 8 подред от едната страна на средното. При спокоен ход някое от тях се нарушава около веднъж на 90 стъпки.
trend-how-shift = Трайни промени
trend-how-shift-text = Стъпала в нивото, не по-къси от четири пълни стъпки (PELT, наказание BIC); посочват се, когато пермутационният тест оставя на случая по-малко от 1 − { $level }. Нивата са средни от стъпките с интервал на Стюдънт.
trend-how-shift-p = Тук p = { $p }.
trend-how-ahead = Прогноза
trend-how-ahead-text = Експоненциално изглаждане на пълните стъпки след последното прекъсване; в ивицата бъдеща стъпка попада с вероятност { $level }, ако всичко продължи както досега.
trend-how-model-level = Най-добрият по AICc модел задържа нивото.
trend-how-model-slope = Най-добрият по AICc модел продължава наклона.
trend-how-model-damped = В най-добрия по AICc модел наклонът затихва.
trend-how-season = Сезон: { $steps }.
trend-how-earlier-weeks = Същите дни от седмицата 52 седмици по-рано.
trend-how-earlier-days = Същите календарни дни година по-рано.
trend-how-minimum-text = Стъпки с по-малко от { $n } отговора не се показват, както и онези, от които могат да се изчислят чрез изваждане. Те прекъсват графиката и не задават граници.
trend-how-sources = Източници
trend-how-sources-text = Shewhart (1931); Western Electric (1956); Wheeler (2000); Laney (2002); Killick, Fearnhead, Eckley (2012); Hyndman и др. (2008).
