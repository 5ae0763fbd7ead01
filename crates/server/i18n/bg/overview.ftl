# The overview, and the responses behind its numbers.

metric-nps = Препоръка (NPS)
metric-csat = Удовлетвореност (CSAT)
metric-ces = Лекота (CES)
metric-csi = Индекс на удовлетвореността (CSI)
sentence-and = { $first } и { $last }

sentence = { $metric }: { $value }{ $change }{ $lowest }.
sentence-higher = , по-високо, отколкото през { $days ->
    [one] предишния ден
   *[other] предишните { $days } дни
} ({ $difference })
sentence-lower = , по-ниско, отколкото през { $days ->
    [one] предишния ден
   *[other] предишните { $days } дни
} ({ $difference })
sentence-unclear = , без ясна промяна спрямо { $days ->
    [one] предишния ден
   *[other] предишните { $days } дни
}
sentence-too-few = , твърде малко отговори за сравнение с { $days ->
    [one] предишния ден
   *[other] предишните { $days } дни
}
sentence-lowest = ; най-ниско — { $places }
sentence-nothing = { $days ->
    [one] За този ден никой не е отговорил.
   *[other] За тези { $days } дни никой не е отговорил.
}
sentence-withheld = { $metric }: още е рано да се покаже, нужни са поне { $n } отговора.

overview-live = Отговори
overview-live-today = днес
overview-live-total = общо
overview-filter-more = Още филтри
overview-filter-metric = Показател
overview-filter-touchpoint = Точка на контакт
overview-filter-segment = Сегмент
overview-filter-step = Стъпка на динамиката
overview-filter-employee = Служител
overview-filter-score = Оценка
overview-filter-level = Ниво
overview-own-places = Вашите обекти
overview-step-auto = според периода
overview-step-day = ден
overview-step-week = седмица
overview-step-month = месец
overview-step-quarter = тримесечие
overview-step-year = година
overview-exact = само { $place }, без подчинените
overview-lacking = не е посочено: { $what }
overview-remove-filter = Премахване на филтъра: { $what }
overview-active = Освен това е филтрирано по
overview-trend = { $metric }: динамика
overview-trend-day = Ден
overview-trend-week = Седмица
overview-trend-month = Месец
overview-trend-quarter = Тримесечие
overview-trend-year = Година
overview-by = { $metric } — { $dimension }
dimension-location = по обекти
dimension-channel = по канали
dimension-language = по езици
dimension-touchpoint = по точки на контакт
dimension-employee = по служители
overview-drivers = Какво оценяват
overview-drivers-lead = Средната на всяка оценка по нейната собствена скала.
overview-rating = Оценка
overview-group = Група
overview-n = Отговори
overview-see-responses = Отговорите зад: { $what }
overview-directly = { $place } (без подчинените)
overview-places-each = Всеки обект поотделно
overview-places-by-level = По региони
overview-lacking-row = не е посочено
overview-read = Прочетете какво казаха
overview-detractors = критици (0–6)
overview-passives = неутрални (7–8)
overview-promoters = поддръжници (9–10)
overview-dissatisfied = недоволни
overview-satisfied = доволни
overview-to-list = всички отговори: { $metric }

overview-how = Как е изчислено
overview-how-period = Период
overview-how-period-text = { $from } – { $to }, { $days ->
    [one] един ден
   *[other] { $days } дни
}; сравнено с { $before-from } – { $before-to }
overview-how-zone = Дни
overview-how-zone-text = Отговорът се отнася към деня по времето на обекта, а без обект — по времето на { $zone }.
overview-how-level = Надеждност
overview-how-level-text = Интервалите и изводите са на ниво { $level }.
overview-how-method = Интервали
overview-how-correction = Промени
overview-how-correction-text = { $n ->
    [one] Едно сравнение с предишния период.
   *[other] { $n } сравнения с предишния период с обща корекция на Бенджамини – Хохберг, за да не се приеме случайността за промяна.
} „Най-ниско“ са само обекти, които са ясно под всички останали заедно, със същата корекция.
overview-how-minimum = Малки групи
overview-how-minimum-text = Групи с по-малко от { $n } отговора не се показват, както и онези, от които могат да се изчислят с изваждане.
overview-how-off-scale = Извън скалата
overview-how-off-scale-text = { $n ->
    [one] Един отговор от стара версия излиза извън днешната скала и не се брои.
   *[other] { $n } отговора от стари версии излизат извън днешната скала и не се броят.
}
method-adjusted-wald = NPS: коригиран интервал на Валд (три псевдоотговора).
method-wald = Интервал на Валд.
method-wilson = Дялове: интервал на Уилсън.
method-student-t = Средни: интервал на Стюдънт.
method-score = NPS: score интервал.
method-agresti-coull = Дялове: интервал на Агрести – Кул.
method-clopper-pearson = Дялове: точен интервал на Клопър – Пиърсън.
method-geometric-t = Геометрични средни: интервал на Стюдънт за логаритмите.
method-cox = Средни на асиметрични величини: метод на Кокс.
method-modified-cox = Средни на асиметрични величини: метод на Кокс с разпределение на Стюдънт.
method-bca-bootstrap = Средни: бутстрап с корекция за изместване и ускорение.
method-order-statistics = Квантили: точен интервал по рангови статистики.
method-woodruff = Претеглени квантили: интервал на Удръф.
method-delta = CSI: делта-метод с отчитане на теглата.
method-percentile-bootstrap = Процентилен бутстрап.

overview-no-survey = Още няма анкета
overview-no-survey-text = Започнете с готова: отнема минута и първите отговори могат да дойдат още днес.
overview-make-survey = Създаване на анкета
overview-no-responses = Още никой не е отговорил
overview-no-responses-text = Споделете връзката или QR кода или качете отговори, които вече имате.
overview-collect = Събиране на отговори
overview-import = Качване на отговори
overview-nothing-here = Тук няма отговори
overview-nothing-here-text = Нищо не отговаря на периода и филтрите.
overview-show-latest = Покажи последните отговори, до { $day }
overview-bad-filter = Този изглед не може да се покаже
overview-unknown-survey = Няма такава анкета или не е достъпна за вас.
overview-unknown-location = Няма такъв обект или не е достъпен за вас.
overview-unknown-employee = Няма такъв служител.
overview-unknown-segment = Тази анкета няма такъв сегмент.
overview-unknown-metric = Тази анкета няма такъв показател.
overview-unknown-value = Адресът съдържа непозната стойност: { $field }.

overview-channel-web = връзка в сайта
overview-channel-qr = QR код
overview-channel-email = имейл
overview-channel-sms = SMS
overview-channel-messenger = месинджър
overview-channel-phone = телефон
overview-channel-kiosk = киоск
overview-channel-exit_poll = анкета на изхода
overview-channel-widget = уиджет в сайта
overview-channel-personal = личен разговор
overview-channel-paper = хартия
overview-channel-api = друга програма

responses-title = Отговори
responses-lead = Какво казаха клиентите, най-новите първо.
responses-column-when = Кога
responses-column-score = Оценка
responses-column-comment = Коментар
responses-column-place = Обект
responses-column-channel = Канал
responses-column-language = Език
responses-no-comment = без коментар
responses-no-answer = няма отговор
responses-one = Отговор от { $when }
responses-newer = По-нов
responses-older = По-стар
responses-neighbours = Съседни отговори
responses-answers = Отговори
responses-about = За този отговор
responses-skipped = пропуснат
responses-hidden = не е показан заради предишни отговори
responses-not-applicable = не се отнася за мен
responses-of-scale = { $point } по скала от { $min } до { $max }
responses-scale-ends = { $min } = { $low }, { $max } = { $high }
responses-seconds = { $n } с
responses-place = Обект
responses-nowhere = не е посочен
responses-employee = Обслужил
responses-customer = Клиент
responses-anonymous = неизвестен
responses-touchpoint = Точка на контакт
responses-survey = Анкета
responses-version = { $survey }, версия { $version }
responses-started = Започнат
responses-submitted = Изпратен
responses-received = Получен
responses-time-text = { $time } ({ $zone })
responses-client-id = Номер на подателя
responses-id = Номер на отговора
responses-see-customer = Цялата история на клиента
responses-left-out = не се брои
responses-and-left-out = ; не се броят в показателите: { $n }
responses-is-left-out = Този отговор не се брои в показателите
responses-weight = Тегло
responses-correct = Как се брои отговорът
responses-reason = Причина
responses-reason-hint = Например: проба, повторение, човекът не може да е бил там. До 500 знака.
responses-leave-out = Без него в показателите
responses-count-again = Да се брои отново
responses-error-weight = Въведете число, по-голямо от 0 и не по-голямо от 1000.
responses-error-reason = Най-много 500 знака.
done-response-corrected = Отговорът е поправен.
