# The trend of a metric.

overview-to-trend = Chance or change?
scope-annotations-write = Write down what was done and what happened
audit-entity-annotation = Annotation

trend-sentence = { $metric } is { $value }{ $course }.
trend-course-few = ; it takes { $needed } with enough answers to tell change from chance, and there are { $found }
trend-course-risen = ; it has risen { $since }
trend-course-fallen = ; it has fallen { $since }
trend-course-levels = , from { $before } to { $after }
trend-course-run-above = : { $steps } in a row above the long-time mean of { $mean }
trend-course-run-below = : { $steps } in a row below the long-time mean of { $mean }
trend-course-unsteady = ; not steady: { $pattern } ({ $when })
trend-course-steady = { "" } and has been steady { $since }
trend-course-chance-rise = ; the rise { $when } is within what chance brings
trend-course-chance-dip = ; the dip { $when } is within what chance brings

trend-since-day = since { $day }
trend-since-week = since the week of { $day }
trend-since-month = since { $month }
trend-since-quarter = since the quarter that began on { $day }
trend-since-year = since the year that began on { $day }
trend-in-day = on { $day }
trend-in-week = in the week of { $day }
trend-in-month = in { $month }
trend-in-quarter = in the quarter that began on { $day }
trend-in-year = in the year that began on { $day }
trend-count-day = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
trend-count-week = { $n ->
    [one] { $n } week
   *[other] { $n } weeks
}
trend-count-month = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
trend-count-quarter = { $n ->
    [one] { $n } quarter
   *[other] { $n } quarters
}
trend-count-year = { $n ->
    [one] { $n } year
   *[other] { $n } years
}

trend-pattern-beyond-above = above the usual range
trend-pattern-beyond-below = below the usual range
trend-pattern-two-above = 2 of 3 in a row far above the mean
trend-pattern-two-below = 2 of 3 in a row far below the mean
trend-pattern-four-above = 4 of 5 in a row well above the mean
trend-pattern-four-below = 4 of 5 in a row well below the mean
trend-pattern-eight-above = { $n } in a row above the mean
trend-pattern-eight-below = { $n } in a row below the mean

trend-latest-day = The latest full day
trend-latest-week = The latest full week
trend-latest-month = The latest full month
trend-latest-quarter = The latest full quarter
trend-latest-year = The latest full year
trend-next-day = Expected next
trend-next-week = Expected next
trend-next-month = Expected next
trend-next-quarter = Expected next
trend-next-year = Expected next
trend-next-note = { $step }, if all goes on as it was; from { $steps }
trend-usual = Usual range
trend-usual-note = where chance alone keeps it; long-time mean { $mean }, from { $steps }
trend-partial = not a full step
trend-earlier = A year earlier
trend-signal = More than chance
trend-numbers = The numbers
trend-by = { $metric } by { $step }
trend-point-nothing = { $label }: nobody has answered
trend-point-usual = usual range { $range }
trend-point-earlier = a year earlier { $value }
trend-point-ahead = { $label }: { $value } expected

trend-legend-value = value
trend-legend-usual = usual range around the long-time mean
trend-legend-signal = more than chance
trend-legend-partial = not a full step
trend-legend-earlier = a year earlier
trend-legend-ahead = what may come
trend-legend-mark = what was done and what happened

trend-found = What the chart says
trend-shift-rise = A lasting rise since { $when } (somewhere in { $span }): from { $before } over { $earlier } to { $after } over { $later }.
trend-shift-fall = A lasting fall since { $when } (somewhere in { $span }): from { $before } over { $earlier } to { $after } over { $later }.
trend-no-signal = Nothing here is more than chance brings: asking for the reason of a single rise or dip would lead nowhere.
trend-no-limits = It takes { $needed } with enough answers to say what is usual; there are { $found }. Choose a longer period, longer steps or fewer filters.
trend-constant = Every step has the same value, so there is no saying what would be unusual.
trend-signals-rare = Each of these is rare in a steady process, but not impossible: look for a reason before you act.
trend-no-outlook = No forecast yet: it takes { $needed } without a gap; there are { $found }.
trend-no-model = No forecast: the steps do not vary.
trend-longer = Show it by { $step }
trend-history-away = The history is unavailable just now
trend-history-away-text = What you see is counted from the records and is complete.
trend-coarser = Shown by { $step }
trend-coarser-text = Shorter steps would be too many for one picture; choose a shorter period for them.

trend-annotations = What was done and what happened
trend-annotations-lead = The numbers stand on the chart. Something that lies near a change need not be its reason.
trend-annotations-none = Nothing is written down for this period.
trend-annotate = Write something down
trend-annotation-edit = Change an annotation
trend-annotation-delete-sure = Delete this annotation?
trend-number = No.
trend-day = Day
trend-day-missing = Choose the day.
trend-text = What
trend-text-hint = One line of at most 200 characters, such as “New menu” or “Roadworks at the door”.
trend-kind = Kind
trend-kind-action = action: done to change something
trend-kind-event = event: it happened
trend-everywhere = the whole network
done-annotation-saved = The annotation is saved.
done-annotation-deleted = The annotation is deleted.

trend-how-period-text = { $from } – { $to }, { $days ->
    [one] one day
   *[other] { $days } days
}. Steps that the period cuts, and the one that is not over yet, set no limits and give no signal.
trend-how-chart = Usual range
trend-how-chart-xmr = Chart of individual values (XmR): mean ± 2.66 × the mean difference between neighbours. Assumes about equally many answers in each step, no season, and steps that do not depend on each other.
trend-how-chart-p = Chart of shares (p): mean share p ± 3 √(p (1 − p) / n), with n of each step. Assumes answers that do not depend on each other.
trend-how-chart-laney = Chart of shares (p′, Laney): mean share p ± 3 σz √(p (1 − p) / n), with n of each step; σz = { $widened }, since steps vary by more than their samples explain.
trend-how-chart-steps = From { $steps }; gaps are skipped.
trend-how-rules = More than chance
trend-how-rules-text = The four rules of Western Electric: one step beyond the usual range (3σ), 2 of 3 in a row beyond 2σ, 4 of 5 beyond 1σ, 8 in a row on one side of the mean. A steady process breaks one of them about once in 90 steps.
trend-how-shift = Lasting changes
trend-how-shift-text = Steps in the level of at least four full steps (PELT, BIC penalty), told where a permutation test leaves less than 1 − { $level } to chance; levels are means of steps with Student’s t interval.
trend-how-shift-p = Here p = { $p }.
trend-how-ahead = Forecast
trend-how-ahead-text = Exponential smoothing of the full steps since the last gap; the band holds a coming step at { $level } if all goes on as it was.
trend-how-model-level = The model of the least AICc keeps its level.
trend-how-model-slope = The model of the least AICc goes on at its slope.
trend-how-model-damped = The model of the least AICc has a slope that fades.
trend-how-season = With a season of { $steps }.
trend-how-earlier-weeks = The same weekdays 52 weeks earlier.
trend-how-earlier-days = The same days of the calendar a year earlier.
trend-how-minimum-text = Steps with fewer than { $n } responses are withheld, and so is any step from which they could be computed by subtraction. They interrupt the chart and set no limits.
trend-how-sources = Sources
trend-how-sources-text = Shewhart (1931); Western Electric (1956); Wheeler (2000); Laney (2002); Killick, Fearnhead, Eckley (2012); Hyndman and others (2008).
