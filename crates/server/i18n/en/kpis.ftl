# KPIs: measures with a target, an owner and a day.

kpis-sentence-none = No targets have been set yet.
kpis-sentence-calm = { $n ->
    [one] One target
   *[other] { $n } targets
}: { $counts }.
kpis-sentence-urgent = { $n ->
    [one] One target
   *[other] { $n } targets
}: { $counts }. Look first at { $names }.
kpis-count-reached = { $n } reached
kpis-count-on_track = { $n } on track
kpis-count-at_risk = { $n } at risk
kpis-count-missed = { $n } missed
kpis-count-undecided = { $n } that the answers do not settle
kpis-count-too_few = { $n } with too few answers
kpis-named = “{ $name }”
kpis-named-owner = “{ $name }” ({ $owner })

kpi-progress-reached = reached
kpi-progress-on_track = on track
kpi-progress-at_risk = at risk
kpi-progress-missed = missed
kpi-progress-undecided = cannot be told
kpi-progress-too_few = too few answers
kpi-at-least = at least { $value }
kpi-at-most = at most { $value }
kpi-by = by { $due }

kpi-sentence-reached = { $metric } is { $value }: the target of { $target } by { $due } is reached.
kpi-sentence-on_track = { $metric } is { $value }: the target of { $target } by { $due } is within reach.
kpi-sentence-on_track-pace = { $metric } is { $value }: on track for { $target } by { $due }; today it should be { $pace }.
kpi-sentence-at_risk = { $metric } is { $value }: the target of { $target } by { $due } is at risk.
kpi-sentence-at_risk-pace = { $metric } is { $value }: the target of { $target } by { $due } is at risk; today it should be { $pace }.
kpi-sentence-missed = { $metric } was { $value }: the target of { $target } by { $due } was missed.
kpi-sentence-undecided = { $metric } was { $value }: whether the target of { $target } by { $due } was reached, the answers do not tell.
kpi-sentence-too_few = { $metric } cannot be shown yet: it takes { $n } responses or more. The target is { $target } by { $due }.
kpi-sentence-unmeasured = The survey no longer asks for this. Choose another metric or filter for the target.

kpi-new = Add a target
kpis-empty-title = No targets yet
kpis-empty-text = A score alone is not enough: give a measure a target, a day, somebody who answers for it, and what will be done.
kpis-empty-none = Targets of your locations will appear here.
kpi-column-name = Target
kpi-column-picture = Beside the target
kpi-column-target = To be reached
kpi-column-owner = Owner
kpi-unmeasured = no longer asked
kpi-nobody = nobody yet
kpi-owner-left = no longer here
kpi-everywhere = The whole network
kpi-about = About this target
kpi-where = Where
kpi-answers = Answers
kpi-answers-text = { $from } – { $to }, { $days ->
    [one] one day
   *[other] { $days } days
}
kpi-way = Way
kpi-pace = Should be today
kpi-pace-note = on a straight line from the start to the target
kpi-actions = What is done
kpi-note = Note
kpi-name-hint = What is to be reached, such as “Shorter waits in Lviv”.
kpi-direction = What is wanted
kpi-direction-at-least = this value or more
kpi-direction-at-most = this value or less
kpi-target-hint = In the units of the metric: points, percent, or the scale of the question.
kpi-since = Counted from
kpi-since-hint = The number of this day is where the way begins.
kpi-due = To be reached by
kpi-days = Days of answers
kpi-days-hint = The number rests on the answers of so many days, the last of them today. More days: surer, but slower to move.
kpi-actions-hint = Who does what until when. One line for each step.
kpi-touchpoint-hint = The code of a touchpoint, such as delivery.
kpi-segment-hint = Code and value, such as size:small.
kpi-delete-question = Delete this target?
done-kpi-added = The target is set.
done-kpi-saved = The target is saved.
done-kpi-removed = The target is deleted.
audit-entity-kpi = KPI

kpi-how-number = Number
kpi-how-number-text = The metric over the answers of the last days that the target names, up to today or to its last day, with its 95% interval.
kpi-how-pace = Pace
kpi-how-pace-text = A straight line: pace = start + (target − start) · days gone / days in all. The start is the number on the day from which it is counted; without enough answers then there is no pace, and the target alone counts.
kpi-how-verdict = Verdict
kpi-how-verdict-text = By the interval, never by the number alone. Reached: the whole interval is at the target or beyond. On track: the interval holds the target or the pace, or lies beyond the pace. At risk: the whole interval is on the wrong side of both. Too few answers: there is no interval to judge by.
kpi-how-after = After the last day
kpi-how-after-text = The number of the last day stays. Reached: the whole interval is at the target or beyond. Missed: the whole interval is on the wrong side. In between the answers do not tell, and that is what is said.
kpi-how-assumptions = Assumptions
kpi-how-assumptions-text = Answers are a random sample of customers, and neither the questions nor who is asked has changed on the way. A verdict is about the number, not about a person: look at the answers before you judge anybody.
