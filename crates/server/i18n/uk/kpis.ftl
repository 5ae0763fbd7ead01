# Цілі: показник, значення, термін і відповідальний.

kpis-sentence-none = Цілей поки не задано.
kpis-sentence-calm = { $n ->
    [one] { $n } ціль
    [few] { $n } цілі
   *[other] { $n } цілей
}: { $counts }.
kpis-sentence-urgent = { $n ->
    [one] { $n } ціль
    [few] { $n } цілі
   *[other] { $n } цілей
}: { $counts }. Насамперед погляньте на { $names }.
kpis-count-reached = досягнуто — { $n }
kpis-count-on_track = за планом — { $n }
kpis-count-at_risk = під загрозою — { $n }
kpis-count-missed = не досягнуто — { $n }
kpis-count-undecided = незрозуміло — { $n }
kpis-count-too_few = замало відповідей — { $n }
kpis-named = «{ $name }»
kpis-named-owner = «{ $name }» ({ $owner })

kpi-progress-reached = досягнута
kpi-progress-on_track = за планом
kpi-progress-at_risk = під загрозою
kpi-progress-missed = не досягнута
kpi-progress-undecided = сказати не можна
kpi-progress-too_few = замало відповідей
kpi-at-least = щонайменше { $value }
kpi-at-most = щонайбільше { $value }
kpi-by = до { $due }

kpi-sentence-reached = { $metric }: { $value } — цілі ({ $target } до { $due }) досягнуто.
kpi-sentence-on_track = { $metric }: { $value } — ціль ({ $target } до { $due }) досяжна.
kpi-sentence-on_track-pace = { $metric }: { $value } — до цілі ({ $target } до { $due }) рухаємося за планом; сьогодні має бути { $pace }.
kpi-sentence-at_risk = { $metric }: { $value } — ціль ({ $target } до { $due }) під загрозою.
kpi-sentence-at_risk-pace = { $metric }: { $value } — ціль ({ $target } до { $due }) під загрозою; сьогодні має бути { $pace }.
kpi-sentence-missed = { $metric }: { $value } — цілі ({ $target } до { $due }) не досягнуто.
kpi-sentence-undecided = { $metric }: { $value } — чи досягнуто цілі ({ $target } до { $due }), з відповідей сказати не можна.
kpi-sentence-too_few = { $metric }: показувати ще рано, потрібно відповідей: щонайменше { $n }. Ціль ({ $target } до { $due }) лишається чинною.
kpi-sentence-unmeasured = В опитуванні цього більше не запитують. Виберіть для цілі інший показник або фільтр.

kpi-new = Поставити ціль
kpis-empty-title = Цілей поки немає
kpis-empty-text = Самої оцінки замало: задайте показнику ціль, термін, відповідального й те, що буде зроблено.
kpis-empty-none = Тут з’являться цілі ваших філій.
kpi-column-name = Ціль
kpi-column-picture = Поруч із ціллю
kpi-column-target = Треба досягти
kpi-column-owner = Відповідальний
kpi-unmeasured = більше не запитують
kpi-nobody = поки ніхто
kpi-owner-left = більше не має доступу
kpi-everywhere = Уся мережа
kpi-about = Про цю ціль
kpi-where = Де
kpi-answers = Відповіді
kpi-answers-text = { $from } – { $to }, { $days ->
    [one] { $days } день
    [few] { $days } дні
   *[other] { $days } днів
}
kpi-way = Термін
kpi-pace = Має бути сьогодні
kpi-pace-note = за прямою від початку до цілі
kpi-actions = Що робиться
kpi-note = Примітка
kpi-name-hint = Чого треба досягти, наприклад «Менше чекати у Львові».
kpi-direction = Що потрібно
kpi-direction-at-least = це значення або більше
kpi-direction-at-most = це значення або менше
kpi-target-hint = В одиницях показника: пункти, відсотки або шкала запитання.
kpi-since = Відлік від
kpi-since-hint = Від значення на цей день починається шлях до цілі.
kpi-due = Досягти до
kpi-days = За скільки днів відповіді
kpi-days-hint = Число рахується за відповідями за стільки днів, останній із них — сьогодні. Що більше днів, то надійніше, але то повільніше видно зміни.
kpi-actions-hint = Хто, що й до якого терміну робить. Кожен крок — з нового рядка.
kpi-touchpoint-hint = Код точки контакту, наприклад delivery.
kpi-segment-hint = Код і значення, наприклад size:small.
kpi-delete-question = Видалити цю ціль?
done-kpi-added = Ціль поставлено.
done-kpi-saved = Ціль збережено.
done-kpi-removed = Ціль видалено.
audit-entity-kpi = Ціль (KPI)

kpi-how-number = Число
kpi-how-number-text = Показник за відповідями за останні дні, вказані в цілі, — до сьогодні або до останнього дня цілі, з 95-відсотковим інтервалом.
kpi-how-pace = План на сьогодні
kpi-how-pace-text = Пряма: план = початок + (ціль − початок) · минуло днів / усього днів. Початок — значення на день відліку; якщо відповідей тоді було замало, плану на сьогодні немає й враховується лише ціль.
kpi-how-verdict = Висновок
kpi-how-verdict-text = За інтервалом, а не за самим числом. Досягнута: увесь інтервал не гірший за ціль. За планом: в інтервалі лежить ціль або план на сьогодні чи весь він кращий за план. Під загрозою: увесь інтервал гірший і за ціль, і за план. Замало відповідей: інтервалу для висновку немає.
kpi-how-after = Після останнього дня
kpi-how-after-text = Лишається число останнього дня. Досягнута: увесь інтервал не гірший за ціль. Не досягнута: увесь інтервал гірший. Якщо ціль усередині інтервалу, з відповідей сказати не можна — так і написано.
kpi-how-assumptions = Припущення
kpi-how-assumptions-text = Відповіді — випадкова вибірка клієнтів, і дорогою не змінювалися ні запитання, ні коло опитаних. Висновок — про число, а не про людину: перш ніж когось судити, прочитайте відповіді.
