# Ориентири: чужди показатели до собствените.

benchmarks-sentence = { $metric }: { $value } — { $parts }.
benchmarks-sentence-none = { $metric }: { $value }; още няма с какво да се сравни — за този показател няма ориентир.
benchmarks-sentence-higher = по-високо от { $names }
benchmarks-sentence-lower = по-ниско от { $names }
benchmarks-sentence-same = без ясна разлика спрямо { $names }
benchmarks-sentence-named = „{ $name }“ ({ $value }, { $source } { $year })

benchmarks-own = Вашата мрежа
benchmarks-table = Другите до вас
benchmarks-column-name = Чий показател
benchmarks-column-theirs = При тях
benchmarks-column-ours = При вас
benchmarks-column-difference = Разлика
benchmarks-column-source = Източник и година
benchmarks-choose-rating = за сравнение изберете оценка във филтъра
benchmarks-not-measured = в тази анкета не се пита
benchmarks-from-count = с най-широкия интервал за тяхното n
benchmarks-unknown = тяхната точност не е известна: отчетен е само вашият интервал
benchmarks-kind-mean = Средна оценка
benchmarks-lines = Пунктирът показва чужди показатели; вашите отговори не влизат в тях.
benchmarks-lines-more = { $n ->
    [one] Още { $n } не е показан.
   *[other] Още { $n } не са показани.
}
benchmarks-lines-link = Всички ориентири

benchmarks-empty-title = Още няма ориентири
benchmarks-empty-text = Добавете публикуваното от други, с източник и година: отраслов доклад, данни на партньор, миналото на вашата мрежа. Ориентирът ще стои до вашите числа и като линия в графиките.
benchmark-new = Добавяне на ориентир
benchmark-scale = Скала
benchmark-low = Долна граница на интервала
benchmark-high = Горна граница на интервала
benchmark-n = Брой отговори
benchmark-source = Източник
benchmark-source-url = Адрес на източника
benchmark-year = Година
benchmark-industry = Отрасъл
benchmark-country = Държава или регион
benchmark-note = Бележка
benchmark-delete = Изтриване на ориентира
benchmark-delete-question = Да се изтрие ли този ориентир? Линията му ще изчезне от всички графики.
done-benchmark-added = Ориентирът е добавен.
done-benchmark-saved = Ориентирът е запазен.
done-benchmark-removed = Ориентирът е изтрит.

upload-benchmarks-title = Импортиране на ориентири
column-benchmark-name = Чий е показателят: отрасъл или фирма.
column-benchmark-metric = nps, csat, ces, csi или mean (средна).
column-benchmark-value = Числото, както е публикувано: NPS от −100 до 100, дяловете и индексите в проценти.
column-benchmark-source = Кой го е публикувал.
column-benchmark-year = Кога е измерено, например 2026.
column-benchmark-scale = Краищата на скалата, например 1-5. За средна е задължително; сравнява се само еднакво.
column-benchmark-n = Колко души са отговорили. Празно, ако източникът не го казва.
column-benchmark-low = Долна граница на 95-процентния интервал. Празно, ако източникът не я дава.
column-benchmark-high = Горна граница на 95-процентния интервал.
column-benchmark-industry = Отрасъл.
column-benchmark-country = Държава или регион.
column-benchmark-source-url = Къде може да се прочете: https://…
column-benchmark-note = Какво още трябва да се знае, за да се разбере числото правилно.

benchmarks-how-period = Вашите отговори от { $from } до { $to }. Периодът на ориентира е годината до него.
benchmarks-how-own = Вашето число
benchmarks-how-own-text = Същият показател за обектите, които виждате, и за филтрите по-горе, с 95-процентен интервал.
benchmarks-how-theirs = Чуждото число
benchmarks-how-theirs-text = Взема се от източника такова, каквото е, и никога не се смесва с вашето. Ако източникът дава 95-процентен интервал, използва се той; ако е известен само броят на отговорилите — най-широкият интервал, възможен за тази стойност при толкова отговори; ако не е известно нито едното, нито другото, числото се приема за точно и това е казано до извода.
benchmarks-how-difference = Разлика
benchmarks-how-difference-text = d = вашето − чуждото. Интервалът на разликата идва от двата интервала: долна граница = d − √((вашето − вашата долна)² + (тяхната горна − чуждото)²), горна = d + √((вашата горна − вашето)² + (чуждото − тяхната долна)²). „По-високо“ и „по-ниско“ се казва само ако нулата остава извън него.
benchmarks-how-correction = Няколко сравнения
benchmarks-how-correction-text = Сравнения: { $n }, с обща корекция на Бенджамини – Хохберг.
benchmarks-how-assumptions = Допускания
benchmarks-how-assumptions-text = И двете страни са попитали случайна извадка от своите клиенти, с един и същ въпрос, зададен по един и същ начин. Потребителски панел, друг момент на допитването или друга държава могат да изместят оценката повече, отколкото показва който и да е интервал.
benchmarks-how-source = Метод
benchmarks-how-source-text = Zou, Donner (2008), Statistics in Medicine 27(10), 1693–1702.

scope-goals-write = Задаване на ориентири и цели (KPI)
audit-entity-benchmark = Ориентир

refused-number = „{ $given }“ не е число.
refused-within = Напишете число от { $low } до { $high }.
refused-inside = Посочете и двете граници на интервала; стойността трябва да е между тях.
refused-metric = Няма показател „{ $given }“. Възможни са nps, csat, ces, csi и mean.
refused-scale-missing = Посочете скалата на средната, например 1-5.
refused-scale = „{ $given }“ не е скала на този показател. Напишете например 1-5, а за NPS и индекса оставете полето празно.
refused-day = „{ $given }“ не е дата. Напишете я така: 2026-03-31.
refused-after = Последният ден трябва да е след първия.
refused-person = Изберете някого с достъп до системата.
refused-value = „{ $given }“ не се среща тук.
refused-address = Адресът започва с https:// или http://.
refused-same-twice = Същото вече е описано на ред { $first }.
