# Индексът на удовлетвореността по части.

index-field = Какво измерва (структурен индекс)
index-field-none = нищо
index-defect-not-an-indicator = съставните на индекса се измерват само с препоръка, удовлетвореност, лекота, стойност за парите и оценки.
construct-image = Имидж
construct-expectations = Очаквания
construct-quality = Качество
construct-value = Стойност
construct-satisfaction = Удовлетвореност
construct-complaints = Оплаквания
construct-loyalty = Лоялност

index-sentence-first = Индексът на удовлетвореността е { $index } от 100 (n = { $n }); от липсващите { $missing } пункта най-много се губи от „{ $first }“: { $first-gap }.
index-sentence-two = Индексът на удовлетвореността е { $index } от 100 (n = { $n }); от липсващите { $missing } пункта най-много се губи от „{ $first }“ ({ $first-gap }) и „{ $second }“ ({ $second-gap }), а кое от двете струва повече, не може да се каже.
index-sentence-one = Индексът на удовлетвореността е { $index } от 100 (n = { $n }).
index-sentence-not-asked = Тази анкета не пита кое колко е важно.
index-sentence-none = Тази анкета не измерва индекс на удовлетвореността.
index-sentence-too-few = Още е рано да се покаже индексът на удовлетвореността: за всяка негова част са нужни поне { $needed } отговора, а „{ $question }“ има по-малко.

index-none = Тук не се измерва индекс
index-none-text = Попитайте колко важна е всяка оценявана страна и ще се появи индексът, претеглен по важност. Или отбележете в редактора какво измерва всеки въпрос (имидж, очаквания, качество, стойност, удовлетвореност, оплаквания, лоялност) и ще се появи структурният индекс.

index-lost = Къде се губи индексът
index-lost-lead = Колко пункта от 100 отнема всяка страна: теглото ѝ, умножено по липсващата удовлетвореност от нея.
index-column-attribute = Страна
index-column-satisfaction = Удовлетвореност
index-column-importance = Важност
index-column-weight = Тегло
index-column-contribution = Носи, пункта
index-column-gap = Отнема, пункта
index-map = Важност и удовлетвореност
index-map-lead = Какво клиентите наричат важно и колко са доволни от него. Линиите минават през средните на всички страни.
index-map-x = Удовлетвореност, 0–100
index-map-y = Важност по думите на клиентите, 0–100

index-structure = Структурен индекс (ECSI)
index-structure-sentence = Удовлетвореността е { $satisfaction } от 100 (n = { $n }); най-силно я движи „{ $lever }“: с всеки пункт там са свързани { $gain } пункта удовлетвореност.
index-structure-sentence-two = Удовлетвореността е { $satisfaction } от 100 (n = { $n }); най-силно я движат „{ $lever }“ ({ $gain } пункта за всеки пункт) и „{ $second }“ ({ $second-gain }), а кое от двете по-силно, не може да се каже.
index-structure-not-marked = За нито един въпрос не е отбелязано какво измерва.
index-structure-incomplete = За структурния индекс са нужни въпроси, които измерват удовлетвореност и поне едно от четирите: имидж, очаквания, качество, стойност.
index-structure-too-few = Още е рано да се покаже структурният индекс: нужни са { $needed } пълни отговора, а има { $n }.
index-structure-far-too-few = Още е рано да се покаже структурният индекс: нужни са { $needed } пълни отговора.
index-structure-same = Структурният индекс не може да се изчисли: на „{ $question }“ всички са отговорили еднакво.
index-structure-cannot-tell = От тези отговори структурният индекс не може да се изчисли: едни въпроси следват от други или нищо не върви заедно.
index-use-mean = Със средното на всеки въпрос
index-is-mean = На мястото на липсващите отговори стои средното на въпроса; връзките така изглеждат по-слаби.
index-diagram-legend = Във всяка рамка: индексът от 0 до 100 с интервала му и каква част от него обяснява онова, което води до него (R²). На стрелките: коефициентът на пътя в стандартни отклонения; с пунктир — може да е случайност.
index-paths = Път
index-column-coefficient = Коефициент
index-column-verdict = Ясен?
index-path-clear = да
index-path-unclear = може да е случайност
index-latents = Индекси и качество на измерването
index-latents-lead = n = { $n }. Добре е надеждността да е над 0,7, а общата дисперсия — над 0,5; един-единствен въпрос ги няма.
index-column-construct = Какво се измерва
index-column-index = Индекс, 0–100
index-column-alpha = α на Кронбах
index-column-composite = Съставна надеждност
index-column-ave = Обща дисперсия (AVE)
index-levers = Какво движи удовлетвореността
index-levers-lead = Колко пункта удовлетвореност носи един пункт от всяка съставна по всички пътища — и как стоят нещата с нея днес.
index-column-gain = Прираст за пункт
index-indicators = Въпросите зад него
index-indicators-lead = Външното тегло казва колко се брои въпросът; натоварването — колко тясно е свързан с онова, което измерва.
index-column-question = Въпрос
index-column-mean = Средно
index-column-outer-weight = Външно тегло
index-column-loading = Натоварване

index-how-csi = Индекс по важност
index-how-csi-text = CSI = 100 · Σ w · (s − min) / (max − min), където s е средната удовлетвореност от една страна, а w — средната ѝ важност, делена на сбора на всички средни важности. Една страна носи 100 · w · u пункта и отнема 100 · w · (1 − u), където u = (s − min) / (max − min).
index-how-csi-n = Неговите интервали
index-how-csi-n-text = Делта-метод по удовлетвореност и важност заедно, n = { $n }; средните — по Стюдънт. Който не е отговорил на всичко, се брои с онова, на което е отговорил; допуска се, че липсите са случайни.
index-how-pls = Структурен индекс
index-how-pls-text = Модел на пътищата на европейския индекс на удовлетвореността (частични най-малки квадрати) в частта, която анкетата измерва: центроидна схема, рефлективни индикатори, стандартизирани отговори. Индексът е средното на въпросите с външни тегла, от 0 до 100.
index-how-pls-n = Неговите интервали
index-how-pls-n-text = n = { $n }; { $share } от отговорите отпадат заради липси. Процентилен бутстрап, { $draws } повторни извадки, { $failed } от тях без оценка.
index-how-fit = Качество на модела
index-how-fit-text = √(средно R² · средна общност) = { $fit }.
index-how-assumptions = Допускания
index-how-assumptions-text = Пътищата вървят така, както ги чертае моделът; отговори от един момент не доказват посоката им. Отговорите се приемат за числа на равни разстояния.
index-how-source-text = Fornell, Johnson, Anderson, Cha and Bryant (1996), Journal of Marketing 60; Tenenhaus, Esposito Vinzi, Chatelin and Lauro (2005), Computational Statistics & Data Analysis 48; Ringle and Sarstedt (2016), Industrial Management & Data Systems 116; Martilla and James (1977), Journal of Marketing 41.
