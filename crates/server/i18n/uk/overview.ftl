# The overview, and the responses behind its numbers.

metric-nps = Рекомендація (NPS)
metric-csat = Задоволеність (CSAT)
metric-ces = Легкість (CES)
metric-csi = Індекс задоволеності (CSI)
sentence-and = { $first } та { $last }

sentence = { $metric }: { $value }{ $change }{ $lowest }.
sentence-higher = , вище, ніж за { $days ->
    [one] попередній { $days } день
    [few] попередні { $days } дні
   *[other] попередні { $days } днів
} ({ $difference })
sentence-lower = , нижче, ніж за { $days ->
    [one] попередній { $days } день
    [few] попередні { $days } дні
   *[other] попередні { $days } днів
} ({ $difference })
sentence-unclear = , явної різниці з { $days ->
    [one] попереднім { $days } днем
   *[other] попередніми { $days } днями
} немає
sentence-too-few = , для порівняння з { $days ->
    [one] попереднім { $days } днем
   *[other] попередніми { $days } днями
} замало відповідей
sentence-lowest = ; найнижче — { $places }
sentence-nothing = { $days ->
    [1] За цей день ніхто не відповів.
    [one] За цей { $days } день ніхто не відповів.
    [few] За ці { $days } дні ніхто не відповів.
   *[other] За ці { $days } днів ніхто не відповів.
}
sentence-withheld = { $metric }: показувати ще рано, потрібно відповідей: щонайменше { $n }.

overview-live = Відповіді
overview-live-today = сьогодні
overview-live-total = усього
overview-filter-more = Більше фільтрів
overview-filter-metric = Показник
overview-filter-touchpoint = Точка контакту
overview-filter-segment = Сегмент
overview-filter-step = Крок динаміки
overview-filter-employee = Працівник
overview-filter-score = Оцінка
overview-filter-level = Рівень
overview-own-places = Ваші філії
overview-step-auto = за довжиною періоду
overview-step-day = день
overview-step-week = тиждень
overview-step-month = місяць
overview-step-quarter = квартал
overview-step-year = рік
overview-exact = лише { $place }, без вкладених
overview-lacking = не вказано: { $what }
overview-remove-filter = Прибрати фільтр: { $what }
overview-active = Крім того, відібрано
overview-trend = { $metric }: динаміка
overview-trend-day = День
overview-trend-week = Тиждень
overview-trend-month = Місяць
overview-trend-quarter = Квартал
overview-trend-year = Рік
overview-by = { $metric } — { $dimension }
dimension-location = за філіями
dimension-channel = за каналами
dimension-language = за мовами
dimension-touchpoint = за точками контакту
dimension-employee = за працівниками
overview-drivers = Що оцінюють
overview-drivers-lead = Середнє кожної оцінки за її власною шкалою.
overview-rating = Оцінка
overview-group = Група
overview-n = Відповіді
overview-see-responses = Відповіді, з яких отримано: { $what }
overview-directly = { $place } (без вкладених)
overview-places-each = Кожна філія окремо
overview-places-by-level = За регіонами
overview-lacking-row = не вказано
overview-read = Прочитати, що сказали
overview-detractors = критики (0–6)
overview-passives = нейтральні (7–8)
overview-promoters = прихильники (9–10)
overview-dissatisfied = незадоволені
overview-satisfied = задоволені
overview-to-list = усі відповіді: { $metric }

overview-how = Як це пораховано
overview-how-period = Період
overview-how-period-text = { $from } – { $to }, { $days ->
    [one] { $days } день
    [few] { $days } дні
   *[other] { $days } днів
}; порівняння з { $before-from } – { $before-to }
overview-how-zone = Дні
overview-how-zone-text = Відповідь належить до дня за часом філії, а без філії — за часом { $zone }.
overview-how-level = Надійність
overview-how-level-text = Інтервали та висновки — на рівні { $level }.
overview-how-method = Інтервали
overview-how-correction = Зміни
overview-how-correction-text = { $n ->
    [one] { $n } порівняння з попереднім періодом
    [few] { $n } порівняння з попереднім періодом
   *[other] { $n } порівнянь із попереднім періодом
} зі спільною поправкою Бенджаміні — Гохберга, щоб випадковість не сприйняли за зміну. «Найнижче» — лише філії, які явно нижчі за всі інші разом, із такою самою поправкою.
overview-how-minimum = Малі групи
overview-how-minimum-text = Групи менші за { $n } відповідей не показуються, як і ті, з яких їх можна обчислити відніманням.
overview-how-off-scale = Поза шкалою
overview-how-off-scale-text = { $n ->
    [one] { $n } відповідь із попередніх версій виходить за нинішню шкалу й не врахована.
    [few] { $n } відповіді з попередніх версій виходять за нинішню шкалу й не враховані.
   *[other] { $n } відповідей із попередніх версій виходять за нинішню шкалу й не враховані.
}
method-adjusted-wald = NPS: скоригований інтервал Вальда (три псевдовідповіді).
method-wald = Інтервал Вальда.
method-wilson = Частки: інтервал Вілсона.
method-student-t = Середні: інтервал Стьюдента.
method-score = NPS: score-інтервал.
method-agresti-coull = Частки: інтервал Агресті — Коулла.
method-clopper-pearson = Частки: точний інтервал Клоппера — Пірсона.
method-geometric-t = Геометричні середні: інтервал Стьюдента за логарифмами.
method-cox = Середні скошених величин: метод Кокса.
method-modified-cox = Середні скошених величин: метод Кокса з розподілом Стьюдента.
method-bca-bootstrap = Середні: бутстреп із поправкою на зміщення та прискорення.
method-order-statistics = Квантилі: точний інтервал за порядковими статистиками.
method-woodruff = Зважені квантилі: інтервал Вудраффа.
method-delta = CSI: дельта-метод з урахуванням ваг.
method-percentile-bootstrap = Процентильний бутстреп.

overview-no-survey = Опитувань ще немає
overview-no-survey-text = Почніть із готового: це забере хвилину, і перші відповіді надійдуть уже сьогодні.
overview-make-survey = Створити опитування
overview-no-responses = Ще ніхто не відповів
overview-no-responses-text = Поширте посилання чи QR-код або завантажте відповіді, які вже маєте.
overview-collect = Збирати відповіді
overview-import = Завантажити відповіді
overview-nothing-here = Тут немає відповідей
overview-nothing-here-text = Періоду та фільтрам нічого не відповідає.
overview-show-latest = Показати останні відповіді, по { $day }
overview-bad-filter = Так показати не можна
overview-unknown-survey = Такого опитування немає, або воно вам не відкрите.
overview-unknown-location = Такої філії немає, або вона вам не відкрита.
overview-unknown-employee = Такого працівника немає.
overview-unknown-segment = У цьому опитуванні немає такого сегмента.
overview-unknown-metric = У цьому опитуванні немає такого показника.
overview-unknown-value = В адресі невідоме значення: { $field }.

overview-channel-web = посилання на сайті
overview-channel-qr = QR-код
overview-channel-email = лист
overview-channel-sms = SMS
overview-channel-messenger = месенджер
overview-channel-phone = телефон
overview-channel-kiosk = кіоск
overview-channel-exit_poll = опитування на виході
overview-channel-widget = віджет на сайті
overview-channel-personal = особиста розмова
overview-channel-paper = папір
overview-channel-api = інша програма

responses-title = Відповіді
responses-lead = Що сказали клієнти, спершу нові.
responses-column-when = Коли
responses-column-score = Оцінка
responses-column-comment = Коментар
responses-column-place = Філія
responses-column-channel = Канал
responses-column-language = Мова
responses-no-comment = без коментаря
responses-no-answer = немає відповіді
responses-one = Відповідь від { $when }
responses-newer = Новіша
responses-older = Давніша
responses-neighbours = Сусідні відповіді
responses-answers = Відповіді
responses-about = Про цю відповідь
responses-skipped = пропущено
responses-hidden = не показано: так вирішили попередні відповіді
responses-not-applicable = не стосується мене
responses-of-scale = { $point } за шкалою від { $min } до { $max }
responses-scale-ends = { $min } — { $low }, { $max } — { $high }
responses-seconds = { $n } с
responses-place = Філія
responses-nowhere = не вказано
responses-employee = Обслуговував
responses-customer = Клієнт
responses-anonymous = невідомий
responses-touchpoint = Точка контакту
responses-survey = Опитування
responses-version = { $survey }, версія { $version }
responses-started = Розпочато
responses-submitted = Надіслано
responses-received = Отримано
responses-time-text = { $time } ({ $zone })
responses-client-id = Номер відправника
responses-id = Номер відповіді
responses-see-customer = Уся історія клієнта
responses-left-out = не враховується
responses-and-left-out = ; не враховуються в показниках: { $n }
responses-is-left-out = Ця відповідь не враховується в показниках
responses-weight = Вага
responses-correct = Як враховується відповідь
responses-reason = Причина
responses-reason-hint = Наприклад: перевірка, повтор, людина не могла там бути. До 500 символів.
responses-leave-out = Не враховувати в показниках
responses-count-again = Знову враховувати
responses-error-weight = Введіть число, більше за 0 і не більше ніж 1000.
responses-error-reason = Не більше ніж 500 символів.
done-response-corrected = Відповідь виправлено.
