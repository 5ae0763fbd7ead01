# The overview, and the responses behind its numbers.

metric-nps = Recommendation (NPS)
metric-csat = Satisfaction (CSAT)
metric-ces = Ease (CES)
metric-csi = Satisfaction index (CSI)
sentence-and = { $first } and { $last }

sentence = { $metric } is { $value }{ $change }{ $lowest }.
sentence-higher = , higher than in the { $days ->
    [one] day
   *[other] { $days } days
} before ({ $difference })
sentence-lower = , lower than in the { $days ->
    [one] day
   *[other] { $days } days
} before ({ $difference })
sentence-unclear = , no clear change from the { $days ->
    [one] day
   *[other] { $days } days
} before
sentence-too-few = , too few responses to compare with the { $days ->
    [one] day
   *[other] { $days } days
} before
sentence-lowest = ; lowest at { $places }
sentence-nothing = { $days ->
    [one] Nobody has answered on this day.
   *[other] Nobody has answered in these { $days } days.
}
sentence-withheld = { $metric } cannot be shown yet: it takes { $n } responses or more.

overview-live = Responses
overview-live-today = today
overview-live-total = in all
overview-filter-more = More filters
overview-filter-metric = Metric
overview-filter-touchpoint = Touchpoint
overview-filter-segment = Segment
overview-filter-step = Trend by
overview-filter-employee = Employee
overview-filter-score = Answer
overview-filter-level = Level
overview-own-places = Your locations
overview-step-auto = as it fits
overview-step-day = day
overview-step-week = week
overview-step-month = month
overview-step-quarter = quarter
overview-step-year = year
overview-exact = only { $place } itself
overview-lacking = without: { $what }
overview-remove-filter = Remove this filter: { $what }
overview-active = Also filtered by
overview-trend = { $metric } over time
overview-trend-day = Day
overview-trend-week = Week
overview-trend-month = Month
overview-trend-quarter = Quarter
overview-trend-year = Year
overview-by = { $metric } by { $dimension }
dimension-location = location
dimension-channel = channel
dimension-language = language
dimension-touchpoint = touchpoint
dimension-employee = employee
overview-drivers = What people rate
overview-drivers-lead = The mean of each rating on its own scale.
overview-rating = Rating
overview-group = Group
overview-n = Responses
overview-see-responses = See the responses behind { $what }
overview-directly = { $place } (itself)
overview-places-each = Each location for itself
overview-places-by-level = By region
overview-lacking-row = not stated
overview-read = Read what they said
overview-detractors = detractors (0–6)
overview-passives = passives (7–8)
overview-promoters = promoters (9–10)
overview-dissatisfied = not satisfied
overview-satisfied = satisfied
overview-to-list = all { $metric } answers

overview-how = How this was computed
overview-how-period = Period
overview-how-period-text = { $from } – { $to }, { $days ->
    [one] one day
   *[other] { $days } days
}; compared with { $before-from } – { $before-to }
overview-how-zone = Days
overview-how-zone-text = A response belongs to the day of its location; without a location, to the day in { $zone }.
overview-how-level = Confidence
overview-how-level-text = Intervals and verdicts at { $level }.
overview-how-method = Intervals
overview-how-correction = Changes
overview-how-correction-text = { $n ->
    [one] One comparison with the period before.
   *[other] { $n } comparisons with the period before, corrected together by Benjamini–Hochberg, so that chance is not taken for change.
} “Lowest” names only locations that are clearly below all the others together, corrected in the same way.
overview-how-minimum = Small groups
overview-how-minimum-text = Groups with fewer than { $n } responses are withheld, and so is any group from which they could be computed by subtraction.
overview-how-off-scale = Off the scale
overview-how-off-scale-text = { $n ->
    [one] One answer from an older version is off today’s scale and does not count.
   *[other] { $n } answers from older versions are off today’s scale and do not count.
}
method-adjusted-wald = NPS: adjusted Wald interval (three pseudo-responses).
method-wald = Wald interval.
method-wilson = Shares: Wilson score interval.
method-student-t = Means: Student’s t interval.
method-score = NPS: score interval.
method-agresti-coull = Shares: Agresti–Coull interval.
method-clopper-pearson = Shares: exact Clopper–Pearson interval.
method-geometric-t = Geometric means: Student’s t interval of logarithms.
method-cox = Means of skewed values: Cox’s method.
method-modified-cox = Means of skewed values: Cox’s method with Student’s t.
method-bca-bootstrap = Means: bias-corrected and accelerated bootstrap.
method-order-statistics = Quantiles: exact interval of order statistics.
method-woodruff = Weighted quantiles: Woodruff interval.
method-delta = CSI: delta method, weights included.
method-percentile-bootstrap = Percentile bootstrap.

overview-no-survey = There is no survey yet
overview-no-survey-text = Begin with a ready one: it takes a minute, and the first answers can come today.
overview-make-survey = Make a survey
overview-no-responses = Nobody has answered yet
overview-no-responses-text = Share the link or the QR code, or bring in answers that you already have.
overview-collect = Collect answers
overview-import = Import answers
overview-nothing-here = No answers in this view
overview-nothing-here-text = Nothing matches the period and the filters.
overview-show-latest = Show the latest answers, up to { $day }
overview-bad-filter = This view cannot be shown
overview-unknown-survey = There is no such survey, or it is not open to you.
overview-unknown-location = There is no such location, or it is not open to you.
overview-unknown-employee = There is no such employee.
overview-unknown-segment = This survey has no such segment.
overview-unknown-metric = This survey has no such metric.
overview-unknown-value = The address holds a value that is not known here: { $field }.

overview-channel-web = web link
overview-channel-qr = QR code
overview-channel-email = e-mail
overview-channel-sms = text message
overview-channel-messenger = messenger
overview-channel-phone = phone
overview-channel-kiosk = kiosk
overview-channel-exit_poll = exit poll
overview-channel-widget = website widget
overview-channel-personal = face to face
overview-channel-paper = paper
overview-channel-api = another program

responses-title = Responses
responses-lead = What customers said, newest first.
responses-column-when = When
responses-column-score = Answer
responses-column-comment = Comment
responses-column-place = Location
responses-column-channel = Channel
responses-column-language = Language
responses-no-comment = no comment
responses-no-answer = no answer
responses-one = Response of { $when }
responses-newer = Newer
responses-older = Older
responses-neighbours = Responses beside this one
responses-answers = Answers
responses-about = About this response
responses-skipped = skipped
responses-hidden = not shown: earlier answers hid it
responses-not-applicable = does not apply
responses-of-scale = { $point } on a scale from { $min } to { $max }
responses-scale-ends = { $min } = { $low }, { $max } = { $high }
responses-seconds = { $n } s
responses-place = Location
responses-nowhere = not stated
responses-employee = Served by
responses-customer = Customer
responses-anonymous = not known
responses-touchpoint = Touchpoint
responses-survey = Survey
responses-version = { $survey }, version { $version }
responses-started = Begun
responses-submitted = Sent
responses-received = Received
responses-time-text = { $time } ({ $zone })
responses-client-id = Client id
responses-id = Response id
responses-see-customer = The customer’s whole story
responses-left-out = left out
responses-and-left-out = ; left out of the numbers: { $n }
responses-is-left-out = This response is left out of the numbers
responses-weight = Weight
responses-correct = How it counts
responses-reason = Reason
responses-reason-hint = A test, a double, somebody who cannot have been there. Up to 500 characters.
responses-leave-out = Leave out of the numbers
responses-count-again = Count again
responses-error-weight = Enter a number greater than 0, at most 1000.
responses-error-reason = Use at most 500 characters.
done-response-corrected = The response is corrected.
