# Индекс удовлетворённости по частям.

index-field = Что измеряет (структурный индекс)
index-field-none = ничего
index-defect-not-an-indicator = составляющие индекса измеряют только рекомендация, удовлетворённость, лёгкость, соотношение цены и качества и оценки.
construct-image = Имидж
construct-expectations = Ожидания
construct-quality = Качество
construct-value = Ценность
construct-satisfaction = Удовлетворённость
construct-complaints = Жалобы
construct-loyalty = Лояльность

index-sentence-first = Индекс удовлетворённости — { $index } из 100 (n = { $n }); из недостающих { $missing } пункта больше всего теряется на «{ $first }»: { $first-gap }.
index-sentence-two = Индекс удовлетворённости — { $index } из 100 (n = { $n }); из недостающих { $missing } пункта больше всего теряется на «{ $first }» ({ $first-gap }) и «{ $second }» ({ $second-gap }), и что из них обходится дороже, сказать нельзя.
index-sentence-one = Индекс удовлетворённости — { $index } из 100 (n = { $n }).
index-sentence-not-asked = В этом опросе не спрашивают, что насколько важно.
index-sentence-none = Этот опрос не измеряет индекс удовлетворённости.
index-sentence-too-few = Показывать индекс удовлетворённости пока рано: для каждой его части ответов нужно не меньше { $needed }, а у вопроса «{ $question }» их меньше.

index-none = Индекс здесь не измеряется
index-none-text = Спросите, насколько важна каждая оцениваемая сторона, — и появится индекс, взвешенный по важности. Или отметьте в редакторе, что измеряет каждый вопрос (имидж, ожидания, качество, ценность, удовлетворённость, жалобы, лояльность), — и появится структурный индекс.

index-lost = На чём теряется индекс
index-lost-lead = Сколько пунктов из 100 отнимает каждая сторона: её вес, умноженный на недостающую удовлетворённость ею.
index-column-attribute = Сторона
index-column-satisfaction = Удовлетворённость
index-column-importance = Важность
index-column-weight = Вес
index-column-contribution = Даёт, пунктов
index-column-gap = Отнимает, пунктов
index-map = Важность и удовлетворённость
index-map-lead = Что клиенты называют важным и насколько они этим довольны. Линии проведены по средним всех сторон.
index-map-x = Удовлетворённость, 0–100
index-map-y = Важность со слов клиентов, 0–100

index-structure = Структурный индекс (ECSI)
index-structure-sentence = Удовлетворённость — { $satisfaction } из 100 (n = { $n }); сильнее всего её двигает «{ $lever }»: с каждым пунктом там связано { $gain } пункта удовлетворённости.
index-structure-sentence-two = Удовлетворённость — { $satisfaction } из 100 (n = { $n }); сильнее всего её двигают «{ $lever }» ({ $gain } пункта на каждый пункт) и «{ $second }» ({ $second-gain }), и что из них сильнее, сказать нельзя.
index-structure-not-marked = Ни у одного вопроса не отмечено, что он измеряет.
index-structure-incomplete = Для структурного индекса нужны вопросы, измеряющие удовлетворённость и хотя бы одно из четырёх: имидж, ожидания, качество, ценность.
index-structure-too-few = Показывать структурный индекс пока рано: полных ответов нужно { $needed }, а есть { $n }.
index-structure-far-too-few = Показывать структурный индекс пока рано: полных ответов нужно { $needed }.
index-structure-same = Структурный индекс посчитать нельзя: на «{ $question }» все ответили одинаково.
index-structure-cannot-tell = По этим ответам структурный индекс посчитать нельзя: одни вопросы следуют из других, или между ними нет связи.
index-use-mean = Подставить среднее по каждому вопросу
index-is-mean = На месте пропусков стоит среднее по вопросу; связи от этого кажутся слабее.
index-diagram-legend = В каждой рамке — индекс от 0 до 100 с интервалом и доля, которую объясняет ведущее к нему (R²). На стрелках — коэффициент пути в стандартных отклонениях; пунктир — возможна случайность.
index-paths = Путь
index-column-coefficient = Коэффициент
index-column-verdict = Надёжен?
index-path-clear = да
index-path-unclear = возможна случайность
index-latents = Индексы и качество измерения
index-latents-lead = n = { $n }. Хороши надёжность выше 0,7 и общая дисперсия выше 0,5; у одиночного вопроса их нет.
index-column-construct = Что измеряется
index-column-index = Индекс, 0–100
index-column-alpha = α Кронбаха
index-column-composite = Составная надёжность
index-column-ave = Общая дисперсия (AVE)
index-levers = Что двигает удовлетворённость
index-levers-lead = Сколько пунктов удовлетворённости даёт один пункт каждой составляющей по всем путям — и как обстоят с ней дела сейчас.
index-column-gain = Прирост на пункт
index-indicators = Вопросы, из которых это получено
index-indicators-lead = Внешний вес — насколько вопрос учитывается; нагрузка — насколько тесно он связан с тем, что измеряет.
index-column-question = Вопрос
index-column-mean = Среднее
index-column-outer-weight = Внешний вес
index-column-loading = Нагрузка

index-how-csi = Индекс по важности
index-how-csi-text = CSI = 100 · Σ w · (s − min) / (max − min), где s — средняя удовлетворённость стороной, w — её средняя важность, делённая на сумму всех средних важностей. Сторона даёт 100 · w · u пунктов и отнимает 100 · w · (1 − u), где u = (s − min) / (max − min).
index-how-csi-n = Его интервалы
index-how-csi-n-text = Дельта-метод по удовлетворённости и важности вместе, n = { $n }; средние — по Стьюденту. Кто ответил не на всё, учтён тем, на что ответил; предполагается, что пропуски случайны.
index-how-pls = Структурный индекс
index-how-pls-text = Модель путей европейского индекса удовлетворённости (частные наименьшие квадраты) в той части, которую измеряет опрос: центроидная схема, рефлективные индикаторы, стандартизованные ответы. Индекс — среднее вопросов с внешними весами, от 0 до 100.
index-how-pls-n = Его интервалы
index-how-pls-n-text = n = { $n }; из-за пропусков не учтено { $share } ответов. Процентильный бутстрэп, повторных выборок: { $draws }, из них без оценки: { $failed }.
index-how-fit = Качество модели
index-how-fit-text = √(среднее R² · средняя общность) = { $fit }.
index-how-assumptions = Допущения
index-how-assumptions-text = Пути идут так, как их рисует модель; ответы одного момента не доказывают их направления. Ответы считаются числами с равными промежутками.
index-how-source-text = Fornell, Johnson, Anderson, Cha and Bryant (1996), Journal of Marketing 60; Tenenhaus, Esposito Vinzi, Chatelin and Lauro (2005), Computational Statistics & Data Analysis 48; Ringle and Sarstedt (2016), Industrial Management & Data Systems 116; Martilla and James (1977), Journal of Marketing 41.
