# Індекс задоволеності за частинами.

index-field = Що вимірює (структурний індекс)
index-field-none = нічого
index-defect-not-an-indicator = складові індексу вимірюють лише рекомендація, задоволеність, легкість, співвідношення ціни та якості й оцінки.
construct-image = Імідж
construct-expectations = Очікування
construct-quality = Якість
construct-value = Цінність
construct-satisfaction = Задоволеність
construct-complaints = Скарги
construct-loyalty = Лояльність

index-sentence-first = Індекс задоволеності — { $index } зі 100 (n = { $n }); із { $missing } пункту, яких бракує, найбільше втрачається на «{ $first }»: { $first-gap }.
index-sentence-two = Індекс задоволеності — { $index } зі 100 (n = { $n }); із { $missing } пункту, яких бракує, найбільше втрачається на «{ $first }» ({ $first-gap }) та «{ $second }» ({ $second-gap }), і що з них коштує дорожче, сказати не можна.
index-sentence-one = Індекс задоволеності — { $index } зі 100 (n = { $n }).
index-sentence-not-asked = У цьому опитуванні не питають, що наскільки важливо.
index-sentence-none = Це опитування не вимірює індекс задоволеності.
index-sentence-too-few = Показувати індекс задоволеності ще рано: для кожної його частини потрібно щонайменше { $needed } відповідей, а запитання «{ $question }» має менше.

index-none = Індекс тут не вимірюється
index-none-text = Запитайте, наскільки важлива кожна оцінювана сторона, — і з’явиться індекс, зважений за важливістю. Або позначте в редакторі, що вимірює кожне запитання (імідж, очікування, якість, цінність, задоволеність, скарги, лояльність), — і з’явиться структурний індекс.

index-lost = На чому втрачається індекс
index-lost-lead = Скільки пунктів зі 100 забирає кожна сторона: її вага, помножена на брак задоволеності нею.
index-column-attribute = Сторона
index-column-satisfaction = Задоволеність
index-column-importance = Важливість
index-column-weight = Вага
index-column-contribution = Дає, пунктів
index-column-gap = Забирає, пунктів
index-map = Важливість і задоволеність
index-map-lead = Що клієнти називають важливим і наскільки вони цим задоволені. Лінії проведено за середніми всіх сторін.
index-map-x = Задоволеність, 0–100
index-map-y = Важливість зі слів клієнтів, 0–100

index-structure = Структурний індекс (ECSI)
index-structure-sentence = Задоволеність — { $satisfaction } зі 100 (n = { $n }); найсильніше її рухає «{ $lever }»: з кожним пунктом там пов’язано { $gain } пункту задоволеності.
index-structure-sentence-two = Задоволеність — { $satisfaction } зі 100 (n = { $n }); найсильніше її рухають «{ $lever }» ({ $gain } пункту на кожен пункт) та «{ $second }» ({ $second-gain }), і що з них сильніше, сказати не можна.
index-structure-not-marked = Для жодного запитання не позначено, що воно вимірює.
index-structure-incomplete = Для структурного індексу потрібні запитання, що вимірюють задоволеність і бодай одне з чотирьох: імідж, очікування, якість, цінність.
index-structure-too-few = Показувати структурний індекс ще рано: повних відповідей потрібно { $needed }, а є { $n }.
index-structure-far-too-few = Показувати структурний індекс ще рано: повних відповідей потрібно { $needed }.
index-structure-same = Структурний індекс порахувати не можна: на «{ $question }» усі відповіли однаково.
index-structure-cannot-tell = За цими відповідями структурний індекс порахувати не можна: одні запитання випливають з інших, або між ними немає зв’язку.
index-use-mean = Підставити середнє за кожним запитанням
index-is-mean = На місці пропусків стоїть середнє за запитанням; через це зв’язки здаються слабшими.
index-diagram-legend = У кожній рамці — індекс від 0 до 100 з інтервалом і частка, яку пояснює те, що до нього веде (R²). На стрілках — коефіцієнт шляху в стандартних відхиленнях; пунктир — можлива випадковість.
index-paths = Шлях
index-column-coefficient = Коефіцієнт
index-column-verdict = Надійний?
index-path-clear = так
index-path-unclear = можлива випадковість
index-latents = Індекси та якість вимірювання
index-latents-lead = n = { $n }. Добре, коли надійність понад 0,7, а спільна дисперсія понад 0,5; одне запитання їх не має.
index-column-construct = Що вимірюється
index-column-index = Індекс, 0–100
index-column-alpha = α Кронбаха
index-column-composite = Складена надійність
index-column-ave = Спільна дисперсія (AVE)
index-levers = Що рухає задоволеність
index-levers-lead = Скільки пунктів задоволеності дає один пункт кожної складової за всіма шляхами — і як із нею справи зараз.
index-column-gain = Приріст на пункт
index-indicators = Запитання, з яких це отримано
index-indicators-lead = Зовнішня вага — наскільки запитання враховується; навантаження — наскільки тісно воно пов’язане з тим, що вимірює.
index-column-question = Запитання
index-column-mean = Середнє
index-column-outer-weight = Зовнішня вага
index-column-loading = Навантаження

index-how-csi = Індекс за важливістю
index-how-csi-text = CSI = 100 · Σ w · (s − min) / (max − min), де s — середня задоволеність стороною, w — її середня важливість, поділена на суму всіх середніх важливостей. Сторона дає 100 · w · u пунктів і забирає 100 · w · (1 − u), де u = (s − min) / (max − min).
index-how-csi-n = Його інтервали
index-how-csi-n-text = Дельта-метод за задоволеністю та важливістю разом, n = { $n }; середні — за Стьюдентом. Хто відповів не на все, врахований тим, на що відповів; припущення: пропуски випадкові.
index-how-pls = Структурний індекс
index-how-pls-text = Модель шляхів європейського індексу задоволеності (часткові найменші квадрати) у тій частині, яку вимірює опитування: центроїдна схема, рефлективні індикатори, стандартизовані відповіді. Індекс — середнє запитань із зовнішніми вагами, від 0 до 100.
index-how-pls-n = Його інтервали
index-how-pls-n-text = n = { $n }; через пропуски не враховано { $share } відповідей. Процентильний бутстреп, повторних вибірок: { $draws }, з них без оцінки: { $failed }.
index-how-fit = Якість моделі
index-how-fit-text = √(середнє R² · середня спільність) = { $fit }.
index-how-assumptions = Припущення
index-how-assumptions-text = Шляхи йдуть так, як їх малює модель; відповіді одного моменту не доводять їхнього напрямку. Відповіді вважаються числами з рівними проміжками.
index-how-source-text = Fornell, Johnson, Anderson, Cha and Bryant (1996), Journal of Marketing 60; Tenenhaus, Esposito Vinzi, Chatelin and Lauro (2005), Computational Statistics & Data Analysis 48; Ringle and Sarstedt (2016), Industrial Management & Data Systems 116; Martilla and James (1977), Journal of Marketing 41.
