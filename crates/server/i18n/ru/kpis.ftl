# Цели: показатель, значение, срок и ответственный.

kpis-sentence-none = Цели пока не заданы.
kpis-sentence-calm = { $n ->
    [one] { $n } цель
    [few] { $n } цели
   *[other] { $n } целей
}: { $counts }.
kpis-sentence-urgent = { $n ->
    [one] { $n } цель
    [few] { $n } цели
   *[other] { $n } целей
}: { $counts }. В первую очередь посмотрите на { $names }.
kpis-count-reached = достигнуто — { $n }
kpis-count-on_track = по плану — { $n }
kpis-count-at_risk = под угрозой — { $n }
kpis-count-missed = не достигнуто — { $n }
kpis-count-undecided = неясно — { $n }
kpis-count-too_few = мало ответов — { $n }
kpis-named = «{ $name }»
kpis-named-owner = «{ $name }» ({ $owner })

kpi-progress-reached = достигнута
kpi-progress-on_track = по плану
kpi-progress-at_risk = под угрозой
kpi-progress-missed = не достигнута
kpi-progress-undecided = сказать нельзя
kpi-progress-too_few = мало ответов
kpi-at-least = не меньше { $value }
kpi-at-most = не больше { $value }
kpi-by = до { $due }

kpi-sentence-reached = { $metric }: { $value } — цель ({ $target } до { $due }) достигнута.
kpi-sentence-on_track = { $metric }: { $value } — цель ({ $target } до { $due }) достижима.
kpi-sentence-on_track-pace = { $metric }: { $value } — к цели ({ $target } до { $due }) идём по плану; сегодня должно быть { $pace }.
kpi-sentence-at_risk = { $metric }: { $value } — цель ({ $target } до { $due }) под угрозой.
kpi-sentence-at_risk-pace = { $metric }: { $value } — цель ({ $target } до { $due }) под угрозой; сегодня должно быть { $pace }.
kpi-sentence-missed = { $metric }: { $value } — цель ({ $target } до { $due }) не достигнута.
kpi-sentence-undecided = { $metric }: { $value } — достигнута ли цель ({ $target } до { $due }), по ответам сказать нельзя.
kpi-sentence-too_few = { $metric }: показывать пока рано, нужно ответов: не меньше { $n }. Цель ({ $target } до { $due }) остаётся в силе.
kpi-sentence-unmeasured = В опросе этого больше не спрашивают. Выберите для цели другой показатель или фильтр.

kpi-new = Поставить цель
kpis-empty-title = Целей пока нет
kpis-empty-text = Одной оценки мало: задайте показателю цель, срок, ответственного и то, что будет сделано.
kpis-empty-none = Здесь появятся цели ваших филиалов.
kpi-column-name = Цель
kpi-column-picture = Рядом с целью
kpi-column-target = Нужно достичь
kpi-column-owner = Ответственный
kpi-unmeasured = больше не спрашивают
kpi-nobody = пока никто
kpi-owner-left = больше нет доступа
kpi-everywhere = Вся сеть
kpi-about = Об этой цели
kpi-where = Где
kpi-answers = Ответы
kpi-answers-text = { $from } – { $to }, { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[other] { $days } дней
}
kpi-way = Срок
kpi-pace = Должно быть сегодня
kpi-pace-note = по прямой от начала к цели
kpi-actions = Что делается
kpi-note = Примечание
kpi-name-hint = Чего нужно добиться, например «Меньше ждать во Львове».
kpi-direction = Что нужно
kpi-direction-at-least = это значение или больше
kpi-direction-at-most = это значение или меньше
kpi-target-hint = В единицах показателя: пункты, проценты или шкала вопроса.
kpi-since = Отсчёт с
kpi-since-hint = От значения на этот день начинается путь к цели.
kpi-due = Достичь до
kpi-days = За сколько дней ответы
kpi-days-hint = Число считается по ответам за столько дней, последний из них — сегодня. Чем больше дней, тем надёжнее, но тем медленнее видны перемены.
kpi-actions-hint = Кто, что и к какому сроку делает. Каждый шаг — с новой строки.
kpi-touchpoint-hint = Код точки контакта, например delivery.
kpi-segment-hint = Код и значение, например size:small.
kpi-delete-question = Удалить эту цель?
done-kpi-added = Цель поставлена.
done-kpi-saved = Цель сохранена.
done-kpi-removed = Цель удалена.
audit-entity-kpi = Цель (KPI)

kpi-how-number = Число
kpi-how-number-text = Показатель по ответам за последние дни, указанные в цели, — до сегодняшнего дня или до последнего дня цели, с 95-процентным интервалом.
kpi-how-pace = План на сегодня
kpi-how-pace-text = Прямая: план = начало + (цель − начало) · прошло дней / всего дней. Начало — значение на день отсчёта; если ответов тогда было мало, плана на сегодня нет и учитывается только цель.
kpi-how-verdict = Вывод
kpi-how-verdict-text = По интервалу, а не по одному числу. Достигнута: весь интервал не хуже цели. По плану: в интервале лежит цель или план на сегодня либо весь он лучше плана. Под угрозой: весь интервал хуже и цели, и плана. Мало ответов: интервала для вывода нет.
kpi-how-after = После последнего дня
kpi-how-after-text = Остаётся число последнего дня. Достигнута: весь интервал не хуже цели. Не достигнута: весь интервал хуже. Если цель внутри интервала, по ответам сказать нельзя — так и написано.
kpi-how-assumptions = Допущения
kpi-how-assumptions-text = Ответы — случайная выборка клиентов, и по пути не менялись ни вопросы, ни круг опрошенных. Вывод — о числе, а не о человеке: прежде чем кого-то судить, прочитайте ответы.
