# Цели: показател, стойност, срок и отговорник.

kpis-sentence-none = Още няма поставени цели.
kpis-sentence-calm = { $n ->
    [one] { $n } цел
   *[other] { $n } цели
}: { $counts }.
kpis-sentence-urgent = { $n ->
    [one] { $n } цел
   *[other] { $n } цели
}: { $counts }. Първо погледнете { $names }.
kpis-count-reached = постигнати — { $n }
kpis-count-on_track = по план — { $n }
kpis-count-at_risk = застрашени — { $n }
kpis-count-missed = непостигнати — { $n }
kpis-count-undecided = неясни — { $n }
kpis-count-too_few = с твърде малко отговори — { $n }
kpis-named = „{ $name }“
kpis-named-owner = „{ $name }“ ({ $owner })

kpi-progress-reached = постигната
kpi-progress-on_track = по план
kpi-progress-at_risk = застрашена
kpi-progress-missed = непостигната
kpi-progress-undecided = не може да се каже
kpi-progress-too_few = твърде малко отговори
kpi-at-least = поне { $value }
kpi-at-most = най-много { $value }
kpi-by = до { $due }

kpi-sentence-reached = { $metric }: { $value } — целта ({ $target } до { $due }) е постигната.
kpi-sentence-on_track = { $metric }: { $value } — целта ({ $target } до { $due }) е постижима.
kpi-sentence-on_track-pace = { $metric }: { $value } — вървим по план към целта ({ $target } до { $due }); днес трябва да е { $pace }.
kpi-sentence-at_risk = { $metric }: { $value } — целта ({ $target } до { $due }) е застрашена.
kpi-sentence-at_risk-pace = { $metric }: { $value } — целта ({ $target } до { $due }) е застрашена; днес трябва да е { $pace }.
kpi-sentence-missed = { $metric }: { $value } — целта ({ $target } до { $due }) не е постигната.
kpi-sentence-undecided = { $metric }: { $value } — дали целта ({ $target } до { $due }) е постигната, отговорите не казват.
kpi-sentence-too_few = { $metric }: още е рано да се покаже, нужни са поне { $n } отговора. Целта ({ $target } до { $due }) остава в сила.
kpi-sentence-unmeasured = Анкетата вече не пита за това. Изберете за целта друг показател или филтър.

kpi-new = Поставяне на цел
kpis-empty-title = Още няма цели
kpis-empty-text = Само оценката не стига: дайте на показателя цел, срок, отговорник и какво ще се направи.
kpis-empty-none = Тук ще се появят целите на вашите обекти.
kpi-column-name = Цел
kpi-column-picture = До целта
kpi-column-target = Трябва да се постигне
kpi-column-owner = Отговорник
kpi-unmeasured = вече не се пита
kpi-nobody = още никой
kpi-owner-left = вече няма достъп
kpi-everywhere = Цялата мрежа
kpi-about = За тази цел
kpi-where = Къде
kpi-answers = Отговори
kpi-answers-text = { $from } – { $to }, { $days ->
    [one] { $days } ден
   *[other] { $days } дни
}
kpi-way = Срок
kpi-pace = Трябва да е днес
kpi-pace-note = по права линия от началото до целта
kpi-actions = Какво се прави
kpi-note = Бележка
kpi-name-hint = Какво трябва да се постигне, например „По-малко чакане в Лвов“.
kpi-direction = Какво се иска
kpi-direction-at-least = тази стойност или повече
kpi-direction-at-most = тази стойност или по-малко
kpi-target-hint = В единиците на показателя: точки, проценти или скалата на въпроса.
kpi-since = Отчита се от
kpi-since-hint = От стойността в този ден започва пътят към целта.
kpi-due = Да се постигне до
kpi-days = Отговори за колко дни
kpi-days-hint = Числото се изчислява по отговорите за толкова дни, последният от които е днес. Колкото повече дни, толкова по-сигурно, но толкова по-бавно се виждат промените.
kpi-actions-hint = Кой какво прави и до кога. Всяка стъпка — на нов ред.
kpi-touchpoint-hint = Код на точката на контакт, например delivery.
kpi-segment-hint = Код и стойност, например size:small.
kpi-delete-question = Да се изтрие ли тази цел?
done-kpi-added = Целта е поставена.
done-kpi-saved = Целта е запазена.
done-kpi-removed = Целта е изтрита.
audit-entity-kpi = Цел (KPI)

kpi-how-number = Число
kpi-how-number-text = Показателят по отговорите за последните дни, посочени в целта — до днес или до последния ѝ ден, с 95-процентен интервал.
kpi-how-pace = План за днес
kpi-how-pace-text = Права линия: план = начало + (цел − начало) · изминали дни / всички дни. Началото е стойността в деня, от който се отчита; ако тогава отговорите са били твърде малко, план за днес няма и важи само целта.
kpi-how-verdict = Извод
kpi-how-verdict-text = По интервала, а не само по числото. Постигната: целият интервал е не по-лош от целта. По план: в интервала е целта или планът за днес, или целият той е по-добър от плана. Застрашена: целият интервал е по-лош и от целта, и от плана. Твърде малко отговори: няма интервал, по който да се съди.
kpi-how-after = След последния ден
kpi-how-after-text = Остава числото от последния ден. Постигната: целият интервал е не по-лош от целта. Непостигната: целият интервал е по-лош. Ако целта е вътре в интервала, отговорите не казват — и така е написано.
kpi-how-assumptions = Допускания
kpi-how-assumptions-text = Отговорите са случайна извадка от клиентите и по пътя не са се променяли нито въпросите, нито кого питаме. Изводът е за числото, а не за човек: преди да съдите когото и да било, прочетете отговорите.
