# Динаміка показника.

overview-to-trend = Випадковість чи зміна?
scope-annotations-write = Занотовувати, що зроблено й що сталося
audit-entity-annotation = Нотатка

trend-sentence = { $metric }: { $value }{ $course }.
trend-course-few = ; щоб відрізнити зміну від випадковості, потрібно { $needed } з достатньою кількістю відповідей, а є { $found }
trend-course-risen = ; зростання { $since }
trend-course-fallen = ; зниження { $since }
trend-course-levels = , з { $before } до { $after }
trend-course-run-above = : { $steps } поспіль вище за загальне середнє { $mean }
trend-course-run-below = : { $steps } поспіль нижче за загальне середнє { $mean }
trend-course-unsteady = ; є відхилення: { $pattern } ({ $when })
trend-course-steady = , стабільно { $since }
trend-course-chance-rise = ; підйом { $when } у межах випадкового
trend-course-chance-dip = ; спад { $when } у межах випадкового

trend-since-day = від { $day }
trend-since-week = від тижня, що почався { $day }
trend-since-month = від { $month }
trend-since-quarter = від кварталу, що почався { $day }
trend-since-year = від року, що почався { $day }
trend-in-day = { $day }
trend-in-week = протягом тижня, що почався { $day },
trend-in-month = за { $month }
trend-in-quarter = у кварталі, що почався { $day },
trend-in-year = у році, що почався { $day },
trend-count-day = { $n ->
    [one] { $n } день
    [few] { $n } дні
   *[other] { $n } днів
}
trend-count-week = { $n ->
    [one] { $n } тиждень
    [few] { $n } тижні
   *[other] { $n } тижнів
}
trend-count-month = { $n ->
    [one] { $n } місяць
    [few] { $n } місяці
   *[other] { $n } місяців
}
trend-count-quarter = { $n ->
    [one] { $n } квартал
    [few] { $n } квартали
   *[other] { $n } кварталів
}
trend-count-year = { $n ->
    [one] { $n } рік
    [few] { $n } роки
   *[other] { $n } років
}

trend-pattern-beyond-above = вище за звичне
trend-pattern-beyond-below = нижче за звичне
trend-pattern-two-above = 2 з 3 поспіль значно вище за середнє
trend-pattern-two-below = 2 з 3 поспіль значно нижче за середнє
trend-pattern-four-above = 4 з 5 поспіль помітно вище за середнє
trend-pattern-four-below = 4 з 5 поспіль помітно нижче за середнє
trend-pattern-eight-above = { $n } поспіль вище за середнє
trend-pattern-eight-below = { $n } поспіль нижче за середнє

trend-latest-day = Останній повний день
trend-latest-week = Останній повний тиждень
trend-latest-month = Останній повний місяць
trend-latest-quarter = Останній повний квартал
trend-latest-year = Останній повний рік
trend-next-day = Очікується
trend-next-week = Очікується
trend-next-month = Очікується
trend-next-quarter = Очікується
trend-next-year = Очікується
trend-next-note = { $step }, якщо все піде, як досі; враховано: { $steps }
trend-usual = Звичний розмах
trend-usual-note = у цих межах коливається випадок; середнє { $mean }, враховано: { $steps }
trend-partial = неповний крок
trend-earlier = Рік тому
trend-signal = Не випадковість
trend-numbers = Числа
trend-by = { $metric }: динаміка, крок — { $step }
trend-point-nothing = { $label }: ніхто не відповів
trend-point-usual = зазвичай { $range }
trend-point-earlier = рік тому { $value }
trend-point-ahead = { $label }: очікується { $value }

trend-legend-value = значення
trend-legend-usual = звичний розмах довкола середнього
trend-legend-signal = не випадковість
trend-legend-partial = неповний крок
trend-legend-earlier = рік тому
trend-legend-ahead = чого чекати
trend-legend-mark = що зроблено й що сталося

trend-found = Про що говорить графік
trend-shift-rise = Стійке зростання від кроку { $when } (точніше — { $span }): було { $before } за { $earlier }, стало { $after } за { $later }.
trend-shift-fall = Стійке зниження від кроку { $when } (точніше — { $span }): було { $before } за { $earlier }, стало { $after } за { $later }.
trend-no-signal = Усе в межах випадкового: шукати причину окремого підйому чи спаду марно.
trend-no-limits = Щоб сказати, що звичне, потрібно { $needed } з достатньою кількістю відповідей; є { $found }. Виберіть довший період, більший крок або приберіть частину фільтрів.
trend-constant = Усі значення однакові, тож не можна сказати, що було б незвичним.
trend-signals-rare = За рівного перебігу таке буває рідко, але буває: перш ніж діяти, знайдіть причину.
trend-no-outlook = Прогнозу поки немає: потрібно { $needed } без пропусків; є { $found }.
trend-no-model = Прогнозу немає: значення не змінюються.
trend-longer = Показати з кроком «{ $step }»
trend-history-away = Історія зараз недоступна
trend-history-away-text = Усе пораховано за записами, нічого не втрачено.
trend-coarser = Крок — { $step }
trend-coarser-text = Із дрібнішим кроком точок на графіку було б забагато; для нього виберіть коротший період.

trend-annotations = Що зроблено й що сталося
trend-annotations-lead = Номери позначено на графіку. Те, що сталося поруч зі зміною, не конче є її причиною.
trend-annotations-none = За цей період нічого не занотовано.
trend-annotate = Додати нотатку
trend-annotation-edit = Змінити нотатку
trend-annotation-delete-sure = Видалити цю нотатку?
trend-number = №
trend-day = День
trend-day-missing = Виберіть день.
trend-text = Що
trend-text-hint = Один рядок до 200 знаків, як-от «Нове меню» чи «Ремонт дороги біля входу».
trend-kind = Вид
trend-kind-action = дія: зроблено, щоб щось змінити
trend-kind-event = подія: сталося само
trend-everywhere = уся мережа
done-annotation-saved = Нотатку збережено.
done-annotation-deleted = Нотатку видалено.

trend-how-period-text = { $from } – { $to }, { $days ->
    [one] { $days } день
    [few] { $days } дні
   *[other] { $days } днів
}. Кроки, які період обрізає, і той, що ще не скінчився, не задають меж і не дають сигналів.
trend-how-chart = Звичний розмах
trend-how-chart-xmr = Карта індивідуальних значень (XmR): середнє ± 2,66 × середня різниця сусідніх кроків. Припускається, що відповідей на кожному кроці приблизно порівну, сезону немає й кроки не залежать один від одного.
trend-how-chart-p = Карта часток (p): середня частка p ± 3 √(p (1 − p) / n), де n — кількість відповідей на кроці. Припускається, що відповіді не залежать одна від одної.
trend-how-chart-laney = Карта часток (p′, Лейні): середня частка p ± 3 σz √(p (1 − p) / n), де n — кількість відповідей на кроці; σz = { $widened }, бо кроки різняться більше, ніж пояснюють їхні вибірки.
trend-how-chart-steps = Враховано: { $steps }; пропуски не враховано.
trend-how-rules = Не випадковість
trend-how-rules-text = Чотири правила Western Electric: крок поза звичним розмахом (3σ), 2 з 3 поспіль далі від 2σ, 4 з 5 далі від 1σ, 8 поспіль з одного боку від середнього. За рівного перебігу одне з них порушується приблизно раз на 90 кроків.
trend-how-shift = Стійкі зміни
trend-how-shift-text = Сходинки рівня, не коротші за чотири повні кроки (PELT, штраф BIC); їх названо, якщо перестановковий тест лишає випадкові менше ніж 1 − { $level }. Рівні — середні за кроками з інтервалом Стьюдента.
trend-how-shift-p = Тут p = { $p }.
trend-how-ahead = Прогноз
trend-how-ahead-text = Експоненційне згладжування повних кроків після останнього пропуску; у смугу майбутній крок потрапить з імовірністю { $level }, якщо все піде, як досі.
trend-how-model-level = Найкраща за AICc модель тримає рівень.
trend-how-model-slope = Найкраща за AICc модель продовжує нахил.
trend-how-model-damped = У найкращій за AICc моделі нахил згасає.
trend-how-season = Сезон: { $steps }.
trend-how-earlier-weeks = Ті самі дні тижня на 52 тижні раніше.
trend-how-earlier-days = Ті самі дні календаря роком раніше.
trend-how-minimum-text = Кроки, менші за { $n } відповідей, не показуються, як і ті, з яких їх можна обчислити відніманням. Вони переривають графік і не задають меж.
trend-how-sources = Джерела
trend-how-sources-text = Shewhart (1931); Western Electric (1956); Wheeler (2000); Laney (2002); Killick, Fearnhead, Eckley (2012); Hyndman та ін. (2008).
