# Ориентиры: чужие показатели рядом со своими.

benchmarks-sentence = { $metric }: { $value } — { $parts }.
benchmarks-sentence-none = { $metric }: { $value }; сравнить пока не с чем — ориентира для этого показателя нет.
benchmarks-sentence-higher = выше, чем { $names }
benchmarks-sentence-lower = ниже, чем { $names }
benchmarks-sentence-same = без явной разницы: { $names }
benchmarks-sentence-named = «{ $name }» ({ $value }, { $source } { $year })

benchmarks-own = Ваша сеть
benchmarks-table = Другие рядом с вами
benchmarks-column-name = Чей показатель
benchmarks-column-theirs = У них
benchmarks-column-ours = У вас
benchmarks-column-difference = Разница
benchmarks-column-source = Источник и год
benchmarks-choose-rating = для сравнения выберите оценку в фильтре
benchmarks-not-measured = в этом опросе не спрашивают
benchmarks-from-count = по самому широкому интервалу для их n
benchmarks-unknown = их точность неизвестна: учтён только ваш интервал
benchmarks-kind-mean = Средняя оценка
benchmarks-lines = Пунктир — чужие показатели, ваших ответов в них нет.
benchmarks-lines-more = { $n ->
    [one] Ещё { $n } не показан.
    [few] Ещё { $n } не показаны.
   *[other] Ещё { $n } не показаны.
}
benchmarks-lines-link = Все ориентиры

benchmarks-empty-title = Ориентиров пока нет
benchmarks-empty-text = Добавьте то, что опубликовали другие, с источником и годом: отраслевой отчёт, данные партнёра, прошлое вашей сети. Ориентир встанет рядом с вашими числами и линией на графиках.
benchmark-new = Добавить ориентир
benchmark-scale = Шкала
benchmark-low = Нижняя граница интервала
benchmark-high = Верхняя граница интервала
benchmark-n = Число ответов
benchmark-source = Источник
benchmark-source-url = Адрес источника
benchmark-year = Год
benchmark-industry = Отрасль
benchmark-country = Страна или регион
benchmark-note = Примечание
benchmark-delete = Удалить ориентир
benchmark-delete-question = Удалить этот ориентир? Его линия исчезнет со всех графиков.
done-benchmark-added = Ориентир добавлен.
done-benchmark-saved = Ориентир сохранён.
done-benchmark-removed = Ориентир удалён.

upload-benchmarks-title = Импорт ориентиров
column-benchmark-name = Чей это показатель: отрасль или компания.
column-benchmark-metric = nps, csat, ces, csi или mean (среднее).
column-benchmark-value = Число, как оно опубликовано: NPS от −100 до 100, доли и индексы в процентах.
column-benchmark-source = Кто опубликовал.
column-benchmark-year = Год измерения, например 2026.
column-benchmark-scale = Границы шкалы, например 1-5. Для среднего обязательно; сравнивается только одинаковое.
column-benchmark-n = Сколько человек ответило. Пусто, если источник не сообщает.
column-benchmark-low = Нижняя граница 95-процентного интервала. Пусто, если источник её не приводит.
column-benchmark-high = Верхняя граница 95-процентного интервала.
column-benchmark-industry = Отрасль.
column-benchmark-country = Страна или регион.
column-benchmark-source-url = Где это можно прочитать: https://…
column-benchmark-note = Что ещё нужно знать, чтобы верно понять число.

benchmarks-how-period = Ваши ответы с { $from } по { $to }. Период ориентира — год рядом с ним.
benchmarks-how-own = Ваше число
benchmarks-how-own-text = Тот же показатель по филиалам, которые вы видите, и фильтрам выше, с 95-процентным интервалом.
benchmarks-how-theirs = Чужое число
benchmarks-how-theirs-text = Берётся из источника как есть и никогда не смешивается с вашим. Если источник даёт 95-процентный интервал, используется он; если известно лишь число ответивших — самый широкий интервал, возможный для этого значения при таком числе ответов; если неизвестно ни то ни другое, число принимается за точное, и об этом сказано рядом с выводом.
benchmarks-how-difference = Разница
benchmarks-how-difference-text = d = ваше − чужое. Интервал разницы складывается из двух интервалов: нижняя граница = d − √((ваше − ваша нижняя)² + (их верхняя − чужое)²), верхняя = d + √((ваша верхняя − ваше)² + (чужое − их нижняя)²). «Выше» и «ниже» говорится, только если ноль в него не попал.
benchmarks-how-correction = Несколько сравнений
benchmarks-how-correction-text = Сравнений: { $n }, с общей поправкой Бенджамини — Хохберга.
benchmarks-how-assumptions = Допущения
benchmarks-how-assumptions-text = Обе стороны опросили случайную выборку своих клиентов, одинаково задав один и тот же вопрос. Потребительская панель, другой момент опроса или другая страна могут сдвинуть оценку сильнее, чем показывает любой интервал.
benchmarks-how-source = Метод
benchmarks-how-source-text = Zou, Donner (2008), Statistics in Medicine 27(10), 1693–1702.

scope-goals-write = Задавать ориентиры и цели (KPI)
audit-entity-benchmark = Ориентир

refused-number = «{ $given }» — не число.
refused-within = Укажите число от { $low } до { $high }.
refused-inside = Укажите обе границы интервала; значение должно лежать между ними.
refused-metric = Показателя «{ $given }» нет. Возможны nps, csat, ces, csi и mean.
refused-scale-missing = Укажите шкалу среднего, например 1-5.
refused-scale = «{ $given }» не подходит как шкала этого показателя. Напишите, например, 1-5; для NPS и индекса оставьте поле пустым.
refused-day = «{ $given }» — не дата. Напишите её так: 2026-03-31.
refused-after = Последний день должен быть позже первого.
refused-person = Выберите того, у кого есть доступ к системе.
refused-value = «{ $given }» здесь не встречается.
refused-address = Адрес начинается с https:// или http://.
refused-same-twice = То же самое уже описано в строке { $first }.
