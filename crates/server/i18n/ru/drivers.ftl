# Что влияет на результат.

drivers-field = На что влияет
drivers-field-none = ничего определённого
drivers-defect-not-a-driver = влиять на результат может только оценка, удовлетворённость, лёгкость или соотношение цены и качества.
drivers-defect-not-an-outcome = «{ $code }» — не другой показатель этого опроса, влиять тут не на что.

drivers-sentence-first = Для показателя «{ $outcome }» важнее всего «{ $first }»: { $first-share } того, что объясняют оценки; следом идёт «{ $second }» — { $second-share }; вместе { $count ->
    [one] { $count } оценка объясняет
    [few] все { $count } оценки объясняют
   *[other] все { $count } оценок объясняют
} { $together } различий (n = { $n }).
drivers-sentence-two = Для показателя «{ $outcome }» на первом плане «{ $first }» ({ $first-share }) и «{ $second }» ({ $second-share }), но что из них важнее, сказать нельзя; вместе { $count ->
    [one] { $count } оценка объясняет
    [few] все { $count } оценки объясняют
   *[other] все { $count } оценок объясняют
} { $together } различий (n = { $n }).
drivers-sentence-one = «{ $first }» объясняет { $together } различий показателя «{ $outcome }» (n = { $n }).
drivers-sentence-nothing = То, что оценивают клиенты, заметно не сказывается на показателе «{ $outcome }»: оценки объясняют { $together } различий — не больше, чем случайность (n = { $n }).
drivers-sentence-none = В этом опросе нет оценок, которые могли бы влиять на результат.
drivers-sentence-too-few = Сказать, что влияет на показатель «{ $outcome }», пока нельзя: полных ответов нужно { $needed }, а есть { $n }.
drivers-sentence-far-too-few = Сказать, что влияет на показатель «{ $outcome }», пока нельзя: полных ответов нужно { $needed }.
drivers-sentence-same = Все ответили на «{ $outcome }» одинаково, объяснять нечего.
drivers-sentence-follows = Разделить влияние нельзя: «{ $driver }» целиком следует из других оценок ({ $others }).
drivers-sentence-missing = Сказать, что влияет, нельзя: для выбранного способа слишком много пропусков.
drivers-sentence-unstable = Сказать, что влияет, нельзя: ответов слишком мало или они слишком похожи.

drivers-outcome = Результат
drivers-none = Сравнивать результат не с чем
drivers-none-text = Добавьте в опрос оценки отдельных сторон: скорость, персонал, цена. В редакторе у каждой можно отметить, на что она влияет.
drivers-too-few = Ответов пока мало
drivers-too-few-text = Возьмите период подлиннее, уберите часть фильтров или соберите больше ответов.
drivers-longer = Взять последние 12 месяцев
drivers-all = Без фильтров
drivers-use-em = Учесть каждый данный ответ
drivers-use-pairwise = Сравнивать попарно
drivers-use-listwise = Только полные ответы
drivers-is-em = Пропуски восполнены по данным ответам.
drivers-is-pairwise = Каждая пара вопросов сравнивается по тем, кто ответил на оба.
drivers-cannot-tell = По этим ответам сказать нельзя
drivers-same-text = Выберите другой результат или период, когда мнения расходились.
drivers-follows-text = Два вопроса спрашивают об одном или один вычислен из других: уберите один из опроса или отметьте влияющим только один.
drivers-unstable-text = Возьмите период подлиннее, меньше фильтров или только полные ответы.
drivers-entangled = Некоторые оценки так тесно связаны, что их едва ли можно различить
drivers-entangled-text = Прежде всего «{ $first }» и «{ $second }»: корреляция { $r }. Смотрите на их доли вместе, а на эффекты отдельных шагов — с осторожностью.
drivers-lost = Из-за пропусков не учтено { $share } ответов
drivers-lost-text = Чаще всего не оценено «{ $driver }»: пропусков { $share }.

drivers-importance = Что важно для показателя «{ $outcome }»
drivers-importance-lead = Доля каждой оценки в том, что они объясняют все вместе, в процентах. Вместе они объясняют { $together } различий; ответов: { $n }.
drivers-column-importance = Доля важности
drivers-column-weight = Относительный вес
drivers-column-correlation = Корреляция
drivers-column-step = Что даст ещё один балл
drivers-column-mean = Оценка сейчас
drivers-column-advice = Что делать
drivers-left-out = Не вошли в анализ:
drivers-left-out-few = «{ $driver }» (мало оценок)
drivers-left-out-same = «{ $driver }» (все ответили одинаково)

quadrant-concentrate = Взяться в первую очередь
quadrant-keep-up = Так держать
quadrant-low-priority = Подождёт
quadrant-overkill = Возможно, с избытком
drivers-map = За что взяться сначала
drivers-map-lead = Важно и ниже среднего по всем оценкам: { $names }.
drivers-map-none = Важного, что было бы ниже среднего по всем оценкам, нет.
drivers-map-x = Оценка сейчас, 0–100
drivers-map-y = Доля важности, %

drivers-contrast = Что делают низкие и высокие баллы
drivers-contrast-lead = Баллы показателя «{ $outcome }» по сравнению с теми, кто поставил средний балл, при равных прочих оценках (n = { $n }).
drivers-contrast-none = Низких, средних или высоких баллов слишком мало для сравнения.
drivers-contrast-legend = Обязательное: низкий балл отнимает больше, чем даёт высокий. Линейное: чем лучше, тем довольнее. Восхищающее: высокий балл даёт больше, чем отнимает низкий.
drivers-column-penalty = Низкий балл отнимает
drivers-column-reward = Высокий балл даёт
drivers-column-class = Вид
drivers-class-basic = обязательное
drivers-class-linear = линейное
drivers-class-delight = восхищающее
drivers-class-unclear = неясно

drivers-simulator = Что даст один шаг?
drivers-simulator-lead = Сдвиньте одну или несколько оценок и посмотрите, чего тогда ждать от показателя «{ $outcome }».
drivers-stays = как есть
drivers-now = сейчас { $mean }
drivers-simulate = Посчитать
drivers-simulate-reset = Вернуть как есть
drivers-move = «{ $driver }» с { $from } до { $to }
drivers-simulated = Если сдвинуть { $moves }, среднее показателя «{ $outcome }» изменится с { $before } до { $after }: { $change }.
drivers-simulated-clipped = Достигнут край шкалы: дальше расти некуда.

drivers-how-outcome = Результат
drivers-how-outcome-text = «{ $outcome }» берётся как среднее по шкале от { $low } до { $high }: { $mean }, n = { $n }. Каждая оценка сравнивается по своей шкале.
drivers-how-method = Важность
drivers-how-lmg = Линейная регрессия результата на все оценки. Важность — значение Шепли (LMG): сколько оценка добавляет к R², в среднем по всем порядкам, в которых их можно добавлять. Значения в сумме дают R²; показаны их доли. Рядом — относительные веса Джонсона и корреляция Пирсона.
drivers-how-johnson = Линейная регрессия результата на все оценки. Для значений Шепли оценок слишком много, поэтому важность — близкий к ним относительный вес Джонсона. Веса в сумме дают R²; показаны их доли. Рядом — корреляция Пирсона.
drivers-how-intervals = Интервалы
drivers-how-intervals-text = Доли и R² — процентильный бутстрэп, повторных выборок из целых ответов: { $n }. Корреляции — z Фишера. Эффекты — t Стьюдента.
drivers-how-missing = Пропуски
drivers-how-listwise = Учтены только ответы без пропусков: n = { $n }; из ответивших на главный вопрос не учтено { $share }. Предполагается, что пропуски случайны.
drivers-how-pairwise = Каждая корреляция — по тем, кто ответил на оба вопроса; в самой редкой паре n = { $n }. Предполагается, что пропуски случайны.
drivers-how-em = Средние и ковариации — EM-алгоритмом по всем ответам, n = { $n }. Предполагается, что пропуски зависят только от данных ответов.
drivers-how-collinear = Различимость
drivers-how-collinear-text = Число обусловленности оценок — { $number }; выше 30 их едва ли можно различить.
drivers-how-step = Один шаг
drivers-how-step-text = Наклон регрессии: ожидаемое изменение результата, когда растёт на балл только эта оценка. Верно, если сдвиг оценки действует так же, как различия между клиентами; ответы одного момента этого не доказывают.
drivers-how-contrast = Низкие и высокие баллы
drivers-how-contrast-text = Вторая регрессия: «низкие» (нижние три восьмых шкалы: 1–2 из 5) и «высокие» (верхняя восьмая: 5 из 5) против средних. Вид следует из проверок на том же уровне; несколько видов — это несколько проверок.
drivers-how-map = Карта
drivers-how-map-text = Линии проведены по средним всех оценок. То, что лежит у линии, не относится ни к одной стороне: смотрите на интервалы.
drivers-how-weights = Веса
drivers-how-weights-text = Каждый ответ считается один раз; веса ответов здесь не применяются.
drivers-how-source = Источники
drivers-how-source-text = Lindeman, Merenda and Gold (1980); Grömping (2007), The American Statistician 61; Johnson (2000), Multivariate Behavioral Research 35; Brandt (1988), Journal of Services Marketing 2; Martilla and James (1977), Journal of Marketing 41.
