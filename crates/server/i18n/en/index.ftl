# The satisfaction index by its parts.

index-field = Measures (structural index)
index-field-none = nothing
index-defect-not-an-indicator = only recommendation, satisfaction, ease, value for money and ratings measure something of the index.
construct-image = Image
construct-expectations = Expectations
construct-quality = Perceived quality
construct-value = Perceived value
construct-satisfaction = Satisfaction
construct-complaints = Complaints
construct-loyalty = Loyalty

index-sentence-first = The satisfaction index is { $index } of 100 (n = { $n }); most of the { $missing } missing points is lost on “{ $first }”: { $first-gap }.
index-sentence-two = The satisfaction index is { $index } of 100 (n = { $n }); most of the { $missing } missing points is lost on “{ $first }” ({ $first-gap }) and “{ $second }” ({ $second-gap }), and which of them costs more cannot be told.
index-sentence-one = The satisfaction index is { $index } of 100 (n = { $n }).
index-sentence-not-asked = This survey does not ask how important things are.
index-sentence-none = This survey measures no satisfaction index.
index-sentence-too-few = The satisfaction index cannot be shown yet: every part of it takes { $needed } answers, and “{ $question }” has fewer.

index-none = No index is measured here
index-none-text = Ask how important each rated aspect is, and the index weighted by importance appears. Or mark in the editor what each question measures (image, expectations, quality, value, satisfaction, complaints, loyalty), and the structural index appears.

index-lost = Where the index is lost
index-lost-lead = Points that each aspect takes away from 100: its weight times what is lacking in satisfaction with it.
index-column-attribute = Aspect
index-column-satisfaction = Satisfaction
index-column-importance = Importance
index-column-weight = Weight
index-column-contribution = Brings, points
index-column-gap = Costs, points
index-map = Importance and satisfaction
index-map-lead = What customers call important, and how satisfied they are with it. The lines stand at the means of all aspects.
index-map-x = Satisfaction, 0–100
index-map-y = Importance as customers state it, 0–100

index-structure = Structural index (ECSI)
index-structure-sentence = Satisfaction is { $satisfaction } of 100 (n = { $n }); “{ $lever }” moves it most: a point more there goes with { $gain } points more satisfaction.
index-structure-sentence-two = Satisfaction is { $satisfaction } of 100 (n = { $n }); “{ $lever }” ({ $gain } points for each point) and “{ $second }” ({ $second-gain }) move it most, and which of them more cannot be told.
index-structure-not-marked = No question is marked with what it measures.
index-structure-incomplete = The structural index needs questions that measure satisfaction and at least one of image, expectations, quality and value.
index-structure-too-few = The structural index cannot be shown yet: it takes { $needed } complete responses, and there are { $n }.
index-structure-far-too-few = The structural index cannot be shown yet: it takes { $needed } complete responses.
index-structure-same = The structural index cannot be computed: everybody gave “{ $question }” the same answer.
index-structure-cannot-tell = The structural index cannot be computed from these answers: some questions follow from others, or nothing goes together.
index-use-mean = Fill in the mean of each question
index-is-mean = Missing answers stand at the mean of their question, which draws connections towards nought.
index-diagram-legend = Each box: the index from 0 to 100 with its interval, and how much of it what leads there explains (R²). Each arrow: the path coefficient in standard deviations; dashed where it could be chance.
index-paths = Path
index-column-coefficient = Coefficient
index-column-verdict = Clear?
index-path-clear = clear
index-path-unclear = could be chance
index-latents = Indices and how well they are measured
index-latents-lead = n = { $n }. Reliability above 0.7 and shared variance above 0.5 are good; a single question has neither.
index-column-construct = What is measured
index-column-index = Index, 0–100
index-column-alpha = Cronbach’s α
index-column-composite = Composite reliability
index-column-ave = Shared variance (AVE)
index-levers = What moves satisfaction
index-levers-lead = Points that satisfaction gains with one point of each, along all paths, against how well each does today.
index-column-gain = Gain for a point
index-indicators = The questions behind it
index-indicators-lead = The outer weight says how much a question counts; the loading, how closely it goes with what it measures.
index-column-question = Question
index-column-mean = Mean
index-column-outer-weight = Outer weight
index-column-loading = Loading

index-how-csi = Index by importance
index-how-csi-text = CSI = 100 · Σ w · (s − min) / (max − min), where s is the mean satisfaction with an aspect and w its mean importance over the sum of all mean importances. An aspect brings 100 · w · u points and costs 100 · w · (1 − u), with u = (s − min) / (max − min).
index-how-csi-n = Its intervals
index-how-csi-n-text = Delta method over satisfaction and importance together, n = { $n }; means by Student’s t. Whoever left something out counts with what they answered; this assumes that answers are missing by chance.
index-how-pls = Structural index
index-how-pls-text = Partial least squares path model of the European Customer Satisfaction Index, as far as the survey measures it: centroid scheme, reflective indicators, standardised answers. An index is the mean of its questions by outer weights, from 0 to 100.
index-how-pls-n = Its intervals
index-how-pls-n-text = n = { $n }; { $share } of the responses left out because an answer is missing. Percentile bootstrap, { $draws } resamples, { $failed } of them without an estimate.
index-how-fit = Goodness of fit
index-how-fit-text = √(mean R² · mean communality) = { $fit }.
index-how-assumptions = Assumptions
index-how-assumptions-text = The paths run as the model draws them; answers of one moment cannot prove their direction. Answers are treated as numbers at equal distances.
index-how-source-text = Fornell, Johnson, Anderson, Cha and Bryant (1996), Journal of Marketing 60; Tenenhaus, Esposito Vinzi, Chatelin and Lauro (2005), Computational Statistics & Data Analysis 48; Ringle and Sarstedt (2016), Industrial Management & Data Systems 116; Martilla and James (1977), Journal of Marketing 41.
