# Орієнтири: чужі показники поруч зі своїми.

benchmarks-sentence = { $metric }: { $value } — { $parts }.
benchmarks-sentence-none = { $metric }: { $value }; порівняти поки немає з чим — орієнтира для цього показника немає.
benchmarks-sentence-higher = вище, ніж { $names }
benchmarks-sentence-lower = нижче, ніж { $names }
benchmarks-sentence-same = без явної різниці: { $names }
benchmarks-sentence-named = «{ $name }» ({ $value }, { $source } { $year })

benchmarks-own = Ваша мережа
benchmarks-table = Інші поруч із вами
benchmarks-column-name = Чий показник
benchmarks-column-theirs = У них
benchmarks-column-ours = У вас
benchmarks-column-difference = Різниця
benchmarks-column-source = Джерело та рік
benchmarks-choose-rating = щоб порівняти, виберіть оцінку у фільтрі
benchmarks-not-measured = у цьому опитуванні не запитують
benchmarks-from-count = за найширшим інтервалом для їхнього n
benchmarks-unknown = їхня точність невідома: враховано лише ваш інтервал
benchmarks-kind-mean = Середня оцінка
benchmarks-lines = Пунктир — чужі показники, ваших відповідей у них немає.
benchmarks-lines-more = { $n ->
    [one] Ще { $n } не показано.
   *[other] Ще { $n } не показано.
}
benchmarks-lines-link = Усі орієнтири

benchmarks-empty-title = Орієнтирів поки немає
benchmarks-empty-text = Додайте те, що опублікували інші, із джерелом і роком: галузевий звіт, дані партнера, минуле вашої мережі. Орієнтир стане поруч із вашими числами та лінією на графіках.
benchmark-new = Додати орієнтир
benchmark-scale = Шкала
benchmark-low = Нижня межа інтервалу
benchmark-high = Верхня межа інтервалу
benchmark-n = Кількість відповідей
benchmark-source = Джерело
benchmark-source-url = Адреса джерела
benchmark-year = Рік
benchmark-industry = Галузь
benchmark-country = Країна або регіон
benchmark-note = Примітка
benchmark-delete = Видалити орієнтир
benchmark-delete-question = Видалити цей орієнтир? Його лінія зникне з усіх графіків.
done-benchmark-added = Орієнтир додано.
done-benchmark-saved = Орієнтир збережено.
done-benchmark-removed = Орієнтир видалено.

upload-benchmarks-title = Імпорт орієнтирів
column-benchmark-name = Чий це показник: галузь або компанія.
column-benchmark-metric = nps, csat, ces, csi або mean (середнє).
column-benchmark-value = Число, як його опубліковано: NPS від −100 до 100, частки та індекси у відсотках.
column-benchmark-source = Хто опублікував.
column-benchmark-year = Рік вимірювання, наприклад 2026.
column-benchmark-scale = Межі шкали, наприклад 1-5. Для середнього обов’язково; порівнюється лише однакове.
column-benchmark-n = Скільки людей відповіло. Порожньо, якщо джерело не повідомляє.
column-benchmark-low = Нижня межа 95-відсоткового інтервалу. Порожньо, якщо джерело її не наводить.
column-benchmark-high = Верхня межа 95-відсоткового інтервалу.
column-benchmark-industry = Галузь.
column-benchmark-country = Країна або регіон.
column-benchmark-source-url = Де це можна прочитати: https://…
column-benchmark-note = Що ще треба знати, щоб правильно зрозуміти число.

benchmarks-how-period = Ваші відповіді з { $from } до { $to }. Період орієнтира — рік поруч із ним.
benchmarks-how-own = Ваше число
benchmarks-how-own-text = Той самий показник за філіями, які ви бачите, і фільтрами вище, з 95-відсотковим інтервалом.
benchmarks-how-theirs = Чуже число
benchmarks-how-theirs-text = Береться із джерела як є й ніколи не змішується з вашим. Якщо джерело дає 95-відсотковий інтервал, використовується він; якщо відома лише кількість відповідей — найширший інтервал, можливий для цього значення за такої кількості; якщо невідоме ні те, ні інше, число приймається за точне, і про це сказано поруч із висновком.
benchmarks-how-difference = Різниця
benchmarks-how-difference-text = d = ваше − чуже. Інтервал різниці складається з двох інтервалів: нижня межа = d − √((ваше − ваша нижня)² + (їхня верхня − чуже)²), верхня = d + √((ваша верхня − ваше)² + (чуже − їхня нижня)²). «Вище» й «нижче» кажемо, лише якщо нуль до нього не потрапив.
benchmarks-how-correction = Кілька порівнянь
benchmarks-how-correction-text = Порівнянь: { $n }, зі спільною поправкою Бенджаміні — Хохберга.
benchmarks-how-assumptions = Припущення
benchmarks-how-assumptions-text = Обидві сторони опитали випадкову вибірку своїх клієнтів, однаково поставивши те саме запитання. Споживацька панель, інший момент опитування чи інша країна можуть зсунути оцінку більше, ніж показує будь-який інтервал.
benchmarks-how-source = Метод
benchmarks-how-source-text = Zou, Donner (2008), Statistics in Medicine 27(10), 1693–1702.

scope-goals-write = Задавати орієнтири та цілі (KPI)
audit-entity-benchmark = Орієнтир

refused-number = «{ $given }» — не число.
refused-within = Вкажіть число від { $low } до { $high }.
refused-inside = Вкажіть обидві межі інтервалу; значення має лежати між ними.
refused-metric = Показника «{ $given }» немає. Можливі nps, csat, ces, csi та mean.
refused-scale-missing = Вкажіть шкалу середнього, наприклад 1-5.
refused-scale = «{ $given }» не підходить як шкала цього показника. Напишіть, наприклад, 1-5; для NPS та індексу залиште поле порожнім.
refused-day = «{ $given }» — не дата. Напишіть її так: 2026-03-31.
refused-after = Останній день має бути пізніше за перший.
refused-person = Виберіть того, хто має доступ до системи.
refused-value = «{ $given }» тут не трапляється.
refused-address = Адреса починається з https:// або http://.
refused-same-twice = Те саме вже описано в рядку { $first }.
