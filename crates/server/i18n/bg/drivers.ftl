# Какво движи резултата.

drivers-field = На какво влияе
drivers-field-none = на нищо определено
drivers-defect-not-a-driver = на резултата може да влияе само оценка, удовлетвореност, лекота или стойност за парите.
drivers-defect-not-an-outcome = „{ $code }“ не е друг показател в тази анкета и няма на какво да се влияе.

drivers-sentence-first = За „{ $outcome }“ най-важно е „{ $first }“: { $first-share } от онова, което оценките обясняват; следва „{ $second }“ с { $second-share }; всичките { $count } заедно обясняват { $together } от разликите (n = { $n }).
drivers-sentence-two = За „{ $outcome }“ водят „{ $first }“ ({ $first-share }) и „{ $second }“ ({ $second-share }), но кое от двете е по-важно, не може да се каже; всичките { $count } оценки заедно обясняват { $together } от разликите (n = { $n }).
drivers-sentence-one = „{ $first }“ обяснява { $together } от разликите в „{ $outcome }“ (n = { $n }).
drivers-sentence-nothing = Това, което хората оценяват, не личи да движи „{ $outcome }“: оценките обясняват { $together } от разликите, не повече от случайността (n = { $n }).
drivers-sentence-none = В тази анкета няма оценки, които биха могли да движат резултат.
drivers-sentence-too-few = Още не може да се каже какво движи „{ $outcome }“: нужни са { $needed } пълни отговора, а има { $n }.
drivers-sentence-far-too-few = Още не може да се каже какво движи „{ $outcome }“: нужни са { $needed } пълни отговора.
drivers-sentence-same = Всички са отговорили еднакво на „{ $outcome }“ и няма разлика за обяснение.
drivers-sentence-follows = Влиянието не може да се раздели: „{ $driver }“ следва изцяло от { $others }.
drivers-sentence-missing = Не може да се каже какво влияе: за избрания начин липсват твърде много отговори.
drivers-sentence-unstable = Не може да се каже какво влияе: отговорите са твърде малко или твърде еднакви.

drivers-outcome = Резултат
drivers-none = Няма с какво да се сравни резултатът
drivers-none-text = Добавете в анкетата оценки на отделни страни: бързина, персонал, цена. В редактора за всяка може да се отбележи на какво влияе.
drivers-too-few = Още твърде малко отговори
drivers-too-few-text = Вземете по-дълъг период, махнете част от филтрите или съберете още отговори.
drivers-longer = Последните 12 месеца
drivers-all = Без филтри
drivers-use-em = С всеки даден отговор
drivers-use-pairwise = Сравняване по двойки
drivers-use-listwise = Само пълните отговори
drivers-is-em = Липсващите отговори са допълнени от дадените.
drivers-is-pairwise = Всяка двойка въпроси е сравнена по онези, които са отговорили и на двата.
drivers-cannot-tell = Отговорите не казват
drivers-same-text = Изберете друг резултат или период, в който мненията се различават.
drivers-follows-text = Два въпроса питат за едно и също или единият е изчислен от други: махнете единия от анкетата или отбележете само един като влияещ.
drivers-unstable-text = Вземете по-дълъг период, по-малко филтри или само пълните отговори.
drivers-entangled = Някои оценки вървят толкова заедно, че трудно могат да се различат
drivers-entangled-text = Най-вече „{ $first }“ и „{ $second }“ с корелация { $r }. Четете дяловете им като един, а ефектите на отделните стъпки — внимателно.
drivers-lost = { $share } от отговорите не се броят, защото нещо в тях липсва
drivers-lost-text = Най-често не е оценено „{ $driver }“: липсва в { $share }.

drivers-importance = Какво е важно за „{ $outcome }“
drivers-importance-lead = Делът на всяка оценка в онова, което всички обясняват заедно, в проценти. Заедно обясняват { $together } от разликите между { $n } отговора.
drivers-column-importance = Дял от важността
drivers-column-weight = Относително тегло
drivers-column-correlation = Корелация
drivers-column-step = Една точка повече носи
drivers-column-mean = Оценка сега
drivers-column-advice = Какво да се направи
drivers-left-out = Извън анализа:
drivers-left-out-few = „{ $driver }“ (твърде малко оценки)
drivers-left-out-same = „{ $driver }“ (всички са отговорили еднакво)

quadrant-concentrate = Тук първо
quadrant-keep-up = Продължавайте така
quadrant-low-priority = Може да почака
quadrant-overkill = Може би в излишък
drivers-map = Откъде да започнем
drivers-map-lead = Важно и под средното на всички оценки: { $names }.
drivers-map-none = Няма нищо важно, което да е под средното на всички оценки.
drivers-map-x = Оценка сега, 0–100
drivers-map-y = Дял от важността, %

drivers-contrast = Какво правят ниските и високите оценки
drivers-contrast-lead = Точки от „{ $outcome }“ спрямо онези със средна оценка, при равни други оценки (n = { $n }).
drivers-contrast-none = Ниските, средните или високите оценки са твърде малко за сравнение.
drivers-contrast-legend = Задължително: ниската оценка отнема повече, отколкото носи високата. Линейно: колкото по-добре, толкова по-доволни. Възхищаващо: високата оценка носи повече, отколкото отнема ниската.
drivers-column-penalty = Ниска оценка отнема
drivers-column-reward = Висока оценка носи
drivers-column-class = Вид
drivers-class-basic = задължително
drivers-class-linear = линейно
drivers-class-delight = възхищаващо
drivers-class-unclear = не е ясно

drivers-simulator = Какво би донесла една стъпка?
drivers-simulator-lead = Преместете една или няколко оценки и вижте какво може да се очаква от „{ $outcome }“.
drivers-stays = както е
drivers-now = сега { $mean }
drivers-simulate = Изчисли
drivers-simulate-reset = Както е днес
drivers-move = „{ $driver }“ от { $from } на { $to }
drivers-simulated = При промяна на { $moves } средното на „{ $outcome }“ би минало от { $before } на { $after }: { $change }.
drivers-simulated-clipped = Достигнат е краят на скалата: отвъд него няма какво да се спечели.

drivers-how-outcome = Резултат
drivers-how-outcome-text = „{ $outcome }“ се взема като средно по скалата от { $low } до { $high }: { $mean }, n = { $n }. Всяка оценка се сравнява по собствената си скала.
drivers-how-method = Важност
drivers-how-lmg = Линейна регресия на резултата върху всички оценки. Важността е стойността на Шапли (LMG): колко добавя оценката към R², средно по всички редове, в които може да се добави. Стойностите заедно дават R²; показани са дяловете им. До тях: относителните тегла на Джонсън и корелацията на Пиърсън.
drivers-how-johnson = Линейна регресия на резултата върху всички оценки. За стойности на Шапли оценките са твърде много, затова важността е близкото до тях относително тегло на Джонсън. Теглата заедно дават R²; показани са дяловете им. До тях: корелацията на Пиърсън.
drivers-how-intervals = Интервали
drivers-how-intervals-text = Дялове и R²: процентилен бутстрап, { $n } повторни извадки от цели отговори. Корелации: z на Фишер. Ефекти: t на Стюдънт.
drivers-how-missing = Липсващи отговори
drivers-how-listwise = Броят се само отговорите без липси: n = { $n }; от отговорилите на главния въпрос отпадат { $share }. Допуска се, че липсите са случайни.
drivers-how-pairwise = Всяка корелация е по онези, които са отговорили и на двата въпроса; в най-рядката двойка n = { $n }. Допуска се, че липсите са случайни.
drivers-how-em = Средни и ковариации по EM алгоритъма от всички отговори, n = { $n }. Допуска се, че липсите зависят само от дадените отговори.
drivers-how-collinear = Различимост
drivers-how-collinear-text = Числото на обусловеност на оценките е { $number }; над 30 те трудно се различават.
drivers-how-step = Една стъпка
drivers-how-step-text = Наклонът на регресията: очакваната промяна на резултата, когато само тази оценка се вдигне с една точка. Важи, ако промяната на оценката действа като разликите между клиентите; отговори от един момент не могат да го докажат.
drivers-how-contrast = Ниски и високи оценки
drivers-how-contrast-text = Втора регресия: „ниски“ (най-долните три осми от скалата: 1–2 от 5) и „високи“ (най-горната осма: 5 от 5) спрямо средните. Видът следва от проверки на същото ниво; няколко вида са няколко проверки.
drivers-how-map = Карта
drivers-how-map-text = Линиите минават през средните на всички оценки. Каквото е до линия, не е нито от едната, нито от другата страна: гледайте интервалите.
drivers-how-weights = Тегла
drivers-how-weights-text = Всеки отговор се брои веднъж; теглата на отговорите тук не се използват.
drivers-how-source = Източници
drivers-how-source-text = Lindeman, Merenda and Gold (1980); Grömping (2007), The American Statistician 61; Johnson (2000), Multivariate Behavioral Research 35; Brandt (1988), Journal of Services Marketing 2; Martilla and James (1977), Journal of Marketing 41.
