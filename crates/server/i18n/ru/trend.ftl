# Динамика показателя.

overview-to-trend = Случайность или перемена?
scope-annotations-write = Записывать, что сделано и что произошло
audit-entity-annotation = Пометка

trend-sentence = { $metric }: { $value }{ $course }.
trend-course-few = ; чтобы отличить перемену от случайности, нужно { $needed } с достаточным числом ответов, а есть { $found }
trend-course-risen = ; рост { $since }
trend-course-fallen = ; снижение { $since }
trend-course-levels = , с { $before } до { $after }
trend-course-run-above = : { $steps } подряд выше общего среднего { $mean }
trend-course-run-below = : { $steps } подряд ниже общего среднего { $mean }
trend-course-unsteady = ; есть отклонения: { $pattern } ({ $when })
trend-course-steady = , стабильно { $since }
trend-course-chance-rise = ; подъём { $when } в пределах случайного
trend-course-chance-dip = ; спад { $when } в пределах случайного

trend-since-day = с { $day }
trend-since-week = с недели { $day }
trend-since-month = с { $month }
trend-since-quarter = с квартала, начавшегося { $day }
trend-since-year = с года, начавшегося { $day }
trend-in-day = { $day }
trend-in-week = на неделе с { $day }
trend-in-month = за { $month }
trend-in-quarter = в квартале, начавшемся { $day }
trend-in-year = в году, начавшемся { $day }
trend-count-day = { $n ->
    [one] { $n } день
    [few] { $n } дня
   *[other] { $n } дней
}
trend-count-week = { $n ->
    [one] { $n } неделя
    [few] { $n } недели
   *[other] { $n } недель
}
trend-count-month = { $n ->
    [one] { $n } месяц
    [few] { $n } месяца
   *[other] { $n } месяцев
}
trend-count-quarter = { $n ->
    [one] { $n } квартал
    [few] { $n } квартала
   *[other] { $n } кварталов
}
trend-count-year = { $n ->
    [one] { $n } год
    [few] { $n } года
   *[other] { $n } лет
}

trend-pattern-beyond-above = выше обычного
trend-pattern-beyond-below = ниже обычного
trend-pattern-two-above = 2 из 3 подряд намного выше среднего
trend-pattern-two-below = 2 из 3 подряд намного ниже среднего
trend-pattern-four-above = 4 из 5 подряд заметно выше среднего
trend-pattern-four-below = 4 из 5 подряд заметно ниже среднего
trend-pattern-eight-above = { $n } подряд выше среднего
trend-pattern-eight-below = { $n } подряд ниже среднего

trend-latest-day = Последний полный день
trend-latest-week = Последняя полная неделя
trend-latest-month = Последний полный месяц
trend-latest-quarter = Последний полный квартал
trend-latest-year = Последний полный год
trend-next-day = Ожидается
trend-next-week = Ожидается
trend-next-month = Ожидается
trend-next-quarter = Ожидается
trend-next-year = Ожидается
trend-next-note = { $step }, если всё пойдёт как прежде; учтено: { $steps }
trend-usual = Обычный размах
trend-usual-note = в этих пределах колеблется случай; среднее { $mean }, учтено: { $steps }
trend-partial = неполный шаг
trend-earlier = Годом раньше
trend-signal = Не случайность
trend-numbers = Числа
trend-by = { $metric }: динамика, шаг — { $step }
trend-point-nothing = { $label }: никто не ответил
trend-point-usual = обычно { $range }
trend-point-earlier = годом раньше { $value }
trend-point-ahead = { $label }: ожидается { $value }

trend-legend-value = значение
trend-legend-usual = обычный размах вокруг среднего
trend-legend-signal = не случайность
trend-legend-partial = неполный шаг
trend-legend-earlier = годом раньше
trend-legend-ahead = чего ждать
trend-legend-mark = что сделано и что произошло

trend-found = О чём говорит график
trend-shift-rise = Устойчивый рост с шага { $when } (точнее — { $span }): было { $before } за { $earlier }, стало { $after } за { $later }.
trend-shift-fall = Устойчивое снижение с шага { $when } (точнее — { $span }): было { $before } за { $earlier }, стало { $after } за { $later }.
trend-no-signal = Всё в пределах случайного: искать причину отдельного подъёма или спада незачем.
trend-no-limits = Чтобы сказать, что обычно, нужно { $needed } с достаточным числом ответов; есть { $found }. Выберите период подлиннее, шаг покрупнее или уберите часть фильтров.
trend-constant = Все значения одинаковы, поэтому нельзя сказать, что было бы необычным.
trend-signals-rare = При ровном ходе дел такое бывает редко, но бывает: прежде чем действовать, найдите причину.
trend-no-outlook = Прогноза пока нет: нужно { $needed } без пропусков; есть { $found }.
trend-no-model = Прогноза нет: значения не меняются.
trend-longer = Показать с шагом «{ $step }»
trend-history-away = История сейчас недоступна
trend-history-away-text = Всё посчитано по записям и ничего не потеряно.
trend-coarser = Шаг — { $step }
trend-coarser-text = С более мелким шагом точек на графике было бы слишком много; для него выберите период покороче.

trend-annotations = Что сделано и что произошло
trend-annotations-lead = Номера отмечены на графике. То, что случилось рядом с переменой, не обязательно её причина.
trend-annotations-none = За этот период ничего не записано.
trend-annotate = Сделать пометку
trend-annotation-edit = Изменить пометку
trend-annotation-delete-sure = Удалить эту пометку?
trend-number = №
trend-day = День
trend-day-missing = Выберите день.
trend-text = Что
trend-text-hint = Одна строка до 200 знаков, например «Новое меню» или «Ремонт дороги у входа».
trend-kind = Вид
trend-kind-action = действие: сделано, чтобы что-то изменить
trend-kind-event = событие: произошло само
trend-everywhere = вся сеть
done-annotation-saved = Пометка сохранена.
done-annotation-deleted = Пометка удалена.

trend-how-period-text = { $from } – { $to }, { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[other] { $days } дней
}. Шаги, которые период обрезает, и тот, что ещё не кончился, не задают границ и не дают сигналов.
trend-how-chart = Обычный размах
trend-how-chart-xmr = Карта индивидуальных значений (XmR): среднее ± 2,66 × средняя разность соседних шагов. Предполагается, что ответов на каждом шаге примерно поровну, сезона нет и шаги не зависят друг от друга.
trend-how-chart-p = Карта долей (p): средняя доля p ± 3 √(p (1 − p) / n), где n — число ответов на шаге. Предполагается, что ответы не зависят друг от друга.
trend-how-chart-laney = Карта долей (p′, Лейни): средняя доля p ± 3 σz √(p (1 − p) / n), где n — число ответов на шаге; σz = { $widened }, потому что шаги расходятся сильнее, чем объясняют их выборки.
trend-how-chart-steps = Учтено: { $steps }; пропуски не учитываются.
trend-how-rules = Не случайность
trend-how-rules-text = Четыре правила Western Electric: шаг за пределами обычного размаха (3σ), 2 из 3 подряд дальше 2σ, 4 из 5 дальше 1σ, 8 подряд по одну сторону среднего. При ровном ходе дел одно из них нарушается примерно раз в 90 шагов.
trend-how-shift = Устойчивые перемены
trend-how-shift-text = Ступени уровня не короче четырёх полных шагов (PELT, штраф BIC); называются, если перестановочный тест оставляет случаю меньше 1 − { $level }. Уровни — средние по шагам с интервалом Стьюдента.
trend-how-shift-p = Здесь p = { $p }.
trend-how-ahead = Прогноз
trend-how-ahead-text = Экспоненциальное сглаживание полных шагов после последнего пропуска; в полосу будущий шаг попадёт с вероятностью { $level }, если всё пойдёт как прежде.
trend-how-model-level = Лучшая по AICc модель держит уровень.
trend-how-model-slope = Лучшая по AICc модель продолжает наклон.
trend-how-model-damped = В лучшей по AICc модели наклон затухает.
trend-how-season = Сезон: { $steps }.
trend-how-earlier-weeks = Те же дни недели 52 неделями раньше.
trend-how-earlier-days = Те же дни календаря годом раньше.
trend-how-minimum-text = Шаги меньше { $n } ответов не показываются, как и те, из которых их можно вычислить вычитанием. Они прерывают график и не задают границ.
trend-how-sources = Источники
trend-how-sources-text = Shewhart (1931); Western Electric (1956); Wheeler (2000); Laney (2002); Killick, Fearnhead, Eckley (2012); Hyndman и др. (2008).
