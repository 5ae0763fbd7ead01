# Що впливає на результат.

drivers-field = На що впливає
drivers-field-none = нічого певного
drivers-defect-not-a-driver = впливати на результат може лише оцінка, задоволеність, легкість або співвідношення ціни та якості.
drivers-defect-not-an-outcome = «{ $code }» — не інший показник цього опитування, впливати тут немає на що.

drivers-sentence-first = Для показника «{ $outcome }» найважливіше «{ $first }»: { $first-share } того, що пояснюють оцінки; далі йде «{ $second }» — { $second-share }; разом { $count ->
    [one] { $count } оцінка пояснює
    [few] усі { $count } оцінки пояснюють
   *[other] усі { $count } оцінок пояснюють
} { $together } відмінностей (n = { $n }).
drivers-sentence-two = Для показника «{ $outcome }» на першому плані «{ $first }» ({ $first-share }) та «{ $second }» ({ $second-share }), але що з них важливіше, сказати не можна; разом { $count ->
    [one] { $count } оцінка пояснює
    [few] усі { $count } оцінки пояснюють
   *[other] усі { $count } оцінок пояснюють
} { $together } відмінностей (n = { $n }).
drivers-sentence-one = «{ $first }» пояснює { $together } відмінностей показника «{ $outcome }» (n = { $n }).
drivers-sentence-nothing = Те, що оцінюють клієнти, помітно не позначається на показнику «{ $outcome }»: оцінки пояснюють { $together } відмінностей — не більше, ніж випадковість (n = { $n }).
drivers-sentence-none = У цьому опитуванні немає оцінок, які могли б впливати на результат.
drivers-sentence-too-few = Сказати, що впливає на показник «{ $outcome }», поки не можна: повних відповідей потрібно { $needed }, а є { $n }.
drivers-sentence-far-too-few = Сказати, що впливає на показник «{ $outcome }», поки не можна: повних відповідей потрібно { $needed }.
drivers-sentence-same = Усі відповіли на «{ $outcome }» однаково, пояснювати нічого.
drivers-sentence-follows = Розділити вплив не можна: «{ $driver }» цілком випливає з інших оцінок ({ $others }).
drivers-sentence-missing = Сказати, що впливає, не можна: для обраного способу забагато пропусків.
drivers-sentence-unstable = Сказати, що впливає, не можна: відповідей замало або вони надто схожі.

drivers-outcome = Результат
drivers-none = Порівнювати результат немає з чим
drivers-none-text = Додайте до опитування оцінки окремих сторін: швидкість, персонал, ціна. У редакторі для кожної можна позначити, на що вона впливає.
drivers-too-few = Відповідей поки замало
drivers-too-few-text = Візьміть довший період, приберіть частину фільтрів або зберіть більше відповідей.
drivers-longer = Узяти останні 12 місяців
drivers-all = Без фільтрів
drivers-use-em = Врахувати кожну надану відповідь
drivers-use-pairwise = Порівнювати попарно
drivers-use-listwise = Лише повні відповіді
drivers-is-em = Пропуски заповнено за наданими відповідями.
drivers-is-pairwise = Кожну пару запитань порівняно за тими, хто відповів на обидва.
drivers-cannot-tell = За цими відповідями сказати не можна
drivers-same-text = Оберіть інший результат або період, коли думки розходилися.
drivers-follows-text = Два запитання питають про те саме або одне обчислено з інших: приберіть одне з опитування або позначте впливовим лише одне.
drivers-unstable-text = Візьміть довший період, менше фільтрів або лише повні відповіді.
drivers-entangled = Деякі оцінки так тісно пов’язані, що їх навряд чи можна розрізнити
drivers-entangled-text = Насамперед «{ $first }» та «{ $second }»: кореляція { $r }. Дивіться на їхні частки разом, а на ефекти окремих кроків — обережно.
drivers-lost = Через пропуски не враховано { $share } відповідей
drivers-lost-text = Найчастіше не оцінено «{ $driver }»: пропусків { $share }.

drivers-importance = Що важливо для показника «{ $outcome }»
drivers-importance-lead = Частка кожної оцінки в тому, що вони пояснюють усі разом, у відсотках. Разом вони пояснюють { $together } відмінностей; відповідей: { $n }.
drivers-column-importance = Частка важливості
drivers-column-weight = Відносна вага
drivers-column-correlation = Кореляція
drivers-column-step = Що дасть ще один бал
drivers-column-mean = Оцінка зараз
drivers-column-advice = Що робити
drivers-left-out = Не ввійшли до аналізу:
drivers-left-out-few = «{ $driver }» (мало оцінок)
drivers-left-out-same = «{ $driver }» (усі відповіли однаково)

quadrant-concentrate = Узятися насамперед
quadrant-keep-up = Так тримати
quadrant-low-priority = Може зачекати
quadrant-overkill = Можливо, з надлишком
drivers-map = За що взятися спершу
drivers-map-lead = Важливо й нижче за середнє всіх оцінок: { $names }.
drivers-map-none = Важливого, що було б нижче за середнє всіх оцінок, немає.
drivers-map-x = Оцінка зараз, 0–100
drivers-map-y = Частка важливості, %

drivers-contrast = Що роблять низькі та високі бали
drivers-contrast-lead = Бали показника «{ $outcome }» порівняно з тими, хто поставив середній бал, за рівних інших оцінок (n = { $n }).
drivers-contrast-none = Низьких, середніх або високих балів замало для порівняння.
drivers-contrast-legend = Обов’язкове: низький бал забирає більше, ніж дає високий. Лінійне: що краще, то більше задоволення. Захопливе: високий бал дає більше, ніж забирає низький.
drivers-column-penalty = Низький бал забирає
drivers-column-reward = Високий бал дає
drivers-column-class = Вид
drivers-class-basic = обов’язкове
drivers-class-linear = лінійне
drivers-class-delight = захопливе
drivers-class-unclear = неясно

drivers-simulator = Що дасть один крок?
drivers-simulator-lead = Посуньте одну чи кілька оцінок і подивіться, чого тоді чекати від показника «{ $outcome }».
drivers-stays = як є
drivers-now = зараз { $mean }
drivers-simulate = Порахувати
drivers-simulate-reset = Повернути як є
drivers-move = «{ $driver }» з { $from } до { $to }
drivers-simulated = Якщо посунути { $moves }, середнє показника «{ $outcome }» зміниться з { $before } до { $after }: { $change }.
drivers-simulated-clipped = Досягнуто краю шкали: далі рости нікуди.

drivers-how-outcome = Результат
drivers-how-outcome-text = «{ $outcome }» береться як середнє за шкалою від { $low } до { $high }: { $mean }, n = { $n }. Кожну оцінку порівняно за її власною шкалою.
drivers-how-method = Важливість
drivers-how-lmg = Лінійна регресія результату на всі оцінки. Важливість — значення Шеплі (LMG): скільки оцінка додає до R², у середньому за всіма порядками, у яких їх можна додавати. Значення в сумі дають R²; показано їхні частки. Поряд — відносні ваги Джонсона та кореляція Пірсона.
drivers-how-johnson = Лінійна регресія результату на всі оцінки. Для значень Шеплі оцінок забагато, тому важливість — близька до них відносна вага Джонсона. Ваги в сумі дають R²; показано їхні частки. Поряд — кореляція Пірсона.
drivers-how-intervals = Інтервали
drivers-how-intervals-text = Частки та R² — процентильний бутстреп, повторних вибірок із цілих відповідей: { $n }. Кореляції — z Фішера. Ефекти — t Стьюдента.
drivers-how-missing = Пропуски
drivers-how-listwise = Враховано лише відповіді без пропусків: n = { $n }; з тих, хто відповів на головне запитання, не враховано { $share }. Припущення: пропуски випадкові.
drivers-how-pairwise = Кожна кореляція — за тими, хто відповів на обидва запитання; у найрідкіснішій парі n = { $n }. Припущення: пропуски випадкові.
drivers-how-em = Середні та коваріації — EM-алгоритмом за всіма відповідями, n = { $n }. Припущення: пропуски залежать лише від наданих відповідей.
drivers-how-collinear = Розрізнення
drivers-how-collinear-text = Число обумовленості оцінок — { $number }; понад 30 їх навряд чи можна розрізнити.
drivers-how-step = Один крок
drivers-how-step-text = Нахил регресії: очікувана зміна результату, коли на бал зростає лише ця оцінка. Справедливо, якщо зміна оцінки діє так само, як відмінності між клієнтами; відповіді одного моменту цього не доводять.
drivers-how-contrast = Низькі та високі бали
drivers-how-contrast-text = Друга регресія: «низькі» (нижні три восьмих шкали: 1–2 з 5) та «високі» (верхня восьма: 5 з 5) проти середніх. Вид випливає з перевірок на тому самому рівні; кілька видів — це кілька перевірок.
drivers-how-map = Карта
drivers-how-map-text = Лінії проведено за середніми всіх оцінок. Те, що лежить біля лінії, не належить до жодного боку: дивіться на інтервали.
drivers-how-weights = Ваги
drivers-how-weights-text = Кожна відповідь рахується один раз; ваги відповідей тут не застосовуються.
drivers-how-source = Джерела
drivers-how-source-text = Lindeman, Merenda and Gold (1980); Grömping (2007), The American Statistician 61; Johnson (2000), Multivariate Behavioral Research 35; Brandt (1988), Journal of Services Marketing 2; Martilla and James (1977), Journal of Marketing 41.
