# What drives an outcome.

drivers-field = Drives
drivers-field-none = no particular outcome
drivers-defect-not-a-driver = only a rating, satisfaction, ease or value for money can drive an outcome.
drivers-defect-not-an-outcome = “{ $code }” is no other score of this survey, so nothing can drive it.

drivers-sentence-first = “{ $first }” matters most for “{ $outcome }”: { $first-share } of what the ratings explain; next comes “{ $second }” with { $second-share }; all { $count } together explain { $together } of the differences (n = { $n }).
drivers-sentence-two = “{ $first }” ({ $first-share }) and “{ $second }” ({ $second-share }) lead what matters for “{ $outcome }”, but which of them matters more cannot be told; all { $count } ratings together explain { $together } of the differences (n = { $n }).
drivers-sentence-one = “{ $first }” explains { $together } of the differences in “{ $outcome }” (n = { $n }).
drivers-sentence-nothing = What people rate does not visibly move “{ $outcome }”: the ratings explain { $together } of the differences, no more than chance would (n = { $n }).
drivers-sentence-none = This survey rates nothing that could drive an outcome.
drivers-sentence-too-few = What drives “{ $outcome }” cannot be said yet: it takes { $needed } complete responses, and there are { $n }.
drivers-sentence-far-too-few = What drives “{ $outcome }” cannot be said yet: it takes { $needed } complete responses.
drivers-sentence-same = Everybody gave “{ $outcome }” the same answer, so nothing can explain a difference.
drivers-sentence-follows = What drives this cannot be told apart: “{ $driver }” follows entirely from { $others }.
drivers-sentence-missing = What drives this cannot be told: too many answers are missing for the way chosen.
drivers-sentence-unstable = What drives this cannot be told: the answers are too few or too much alike.

drivers-outcome = Outcome
drivers-none = Nothing to compare the outcome with
drivers-none-text = Add ratings of single aspects to the survey: speed, staff, price. In the editor each can be marked with the outcome that it drives.
drivers-too-few = Too few responses yet
drivers-too-few-text = Take a longer period or fewer filters, or collect more answers.
drivers-longer = Take the last 12 months
drivers-all = Without filters
drivers-use-em = Use every answer given
drivers-use-pairwise = Compare pair by pair
drivers-use-listwise = Only complete responses
drivers-is-em = Missing answers are filled in from the answers that were given.
drivers-is-pairwise = Each pair of questions is compared over those who answered both.
drivers-cannot-tell = The answers do not tell
drivers-same-text = Choose another outcome, or a period in which opinions differ.
drivers-follows-text = Two questions ask for the same thing, or one is computed from others: take one of them out of the survey, or mark only one as a driver.
drivers-unstable-text = Take a longer period, fewer filters, or only complete responses.
drivers-entangled = Some ratings go together so closely that they can hardly be told apart
drivers-entangled-text = Most of all “{ $first }” and “{ $second }”, with a correlation of { $r }. Read their shares as one, and the effects of single steps with care.
drivers-lost = { $share } of the responses are left out because an answer is missing
drivers-lost-text = Most often “{ $driver }” was not rated: { $share } lack it.

drivers-importance = What matters for { $outcome }
drivers-importance-lead = Each rating’s share of what all of them explain together, in per cent. Together they explain { $together } of the differences between { $n } responses.
drivers-column-importance = Share of importance
drivers-column-weight = Relative weight
drivers-column-correlation = Correlation
drivers-column-step = One point more brings
drivers-column-mean = How it does
drivers-column-advice = What to do
drivers-left-out = Not analysed:
drivers-left-out-few = “{ $driver }” (too few have rated it)
drivers-left-out-same = “{ $driver }” (everybody gave the same answer)

quadrant-concentrate = Act here first
quadrant-keep-up = Keep it up
quadrant-low-priority = Can wait
quadrant-overkill = Perhaps too much of it
drivers-map = Where to act first
drivers-map-lead = Important and below the average of all ratings: { $names }.
drivers-map-none = Nothing is both important and below the average of all ratings.
drivers-map-x = How it does, 0–100
drivers-map-y = Share of importance, %

drivers-contrast = What low and high scores do
drivers-contrast-lead = Points of “{ $outcome }” against those who gave a middling score, the other ratings held equal (n = { $n }).
drivers-contrast-none = Too few low, middling or high scores to compare them.
drivers-contrast-legend = Must-be: a low score costs more than a high one brings. Linear: the better, the more satisfied. Delighter: a high score brings more than a low one costs.
drivers-column-penalty = A low score costs
drivers-column-reward = A high score brings
drivers-column-class = Kind
drivers-class-basic = must-be
drivers-class-linear = linear
drivers-class-delight = delighter
drivers-class-unclear = not clear

drivers-simulator = What would a step bring?
drivers-simulator-lead = Move one rating or several and see what “{ $outcome }” would be expected to do.
drivers-stays = as it is
drivers-now = now { $mean }
drivers-simulate = Compute
drivers-simulate-reset = As it is today
drivers-move = “{ $driver }” from { $from } to { $to }
drivers-simulated = With { $moves }, the mean of “{ $outcome }” would go from { $before } to { $after }: { $change }.
drivers-simulated-clipped = The end of a scale was reached; beyond it nothing can be gained.

drivers-how-outcome = Outcome
drivers-how-outcome-text = “{ $outcome }” is taken as its mean on the scale from { $low } to { $high }: { $mean }, n = { $n }. Every rating is compared on its own scale.
drivers-how-method = Importance
drivers-how-lmg = Linear regression of the outcome on all ratings. Importance is the Shapley value (LMG): what a rating adds to R², averaged over all orders in which ratings can be added. The values add up to R²; shown are their shares. Beside it: Johnson’s relative weights and Pearson’s correlation.
drivers-how-johnson = Linear regression of the outcome on all ratings. There are too many ratings for Shapley values, so importance is Johnson’s relative weight, which comes close to them. The weights add up to R²; shown are their shares. Beside it: Pearson’s correlation.
drivers-how-intervals = Intervals
drivers-how-intervals-text = Shares and R²: percentile bootstrap, { $n } resamples of whole responses. Correlations: Fisher’s z. Effects: Student’s t.
drivers-how-missing = Missing answers
drivers-how-listwise = Only responses with every answer count: n = { $n }; { $share } of those with an outcome are left out. This assumes that answers are missing by chance.
drivers-how-pairwise = Every correlation is over those who answered both questions; n = { $n } in the rarest pair. This assumes that answers are missing by chance.
drivers-how-em = Means and covariances by the EM algorithm from all answers, n = { $n }. This assumes that what is missing depends only on the answers that were given.
drivers-how-collinear = Told apart
drivers-how-collinear-text = The condition number of the ratings is { $number }; above 30 they can hardly be told apart.
drivers-how-step = One step
drivers-how-step-text = The slope of the regression: the expected change of the outcome when this rating alone rises by one point. It holds if moving a rating does what differences between customers do; answers of one moment cannot prove that.
drivers-how-contrast = Low and high scores
drivers-how-contrast-text = A second regression on “low” (the lowest three eighths of a scale: 1–2 of 5) and “high” (the topmost eighth: 5 of 5) against the middle. The kind follows from tests at the same confidence; several kinds are several tests.
drivers-how-map = Map
drivers-how-map-text = The lines stand at the means of all ratings. What lies near a line belongs to neither side: look at the intervals.
drivers-how-weights = Weights
drivers-how-weights-text = Every response counts once; weights of responses are not used here.
drivers-how-source = Sources
drivers-how-source-text = Lindeman, Merenda and Gold (1980); Grömping (2007), The American Statistician 61; Johnson (2000), Multivariate Behavioral Research 35; Brandt (1988), Journal of Services Marketing 2; Martilla and James (1977), Journal of Marketing 41.
