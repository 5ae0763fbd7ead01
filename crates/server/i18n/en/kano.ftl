# The Kano model.

survey-kind-kano = Half of a Kano pair
survey-field-attribute = Feature
survey-field-attribute-hint = A short code, such as delivery. Both questions of the pair name the same feature.
survey-field-side = Asks how one feels
survey-side-functional = if the feature is there
survey-side-dysfunctional = if the feature is missing
survey-field-kano-label = Name of the feature in reports
survey-field-kano-label-hint = The five answers are always the same and need not be written.
survey-defect-kano-twice = the feature “{ $code }” is asked about twice from the same side.
survey-defect-kano-alone = the other question about “{ $code }” is missing: ask once how one feels if it is there, and once if it is missing.

kano-must-be = must-be
kano-one-dimensional = one-dimensional
kano-attractive = attractive
kano-indifferent = indifferent
kano-reverse = reverse
kano-questionable = questionable
kano-unclear = not clear: { $first } or { $second }

kano-sentence = To { $n ->
    [one] one customer
   *[other] { $n } customers
}, { $parts }.
kano-part-must-be = a matter of course: { $names }
kano-part-one-dimensional = the better the happier: { $names }
kano-part-attractive = a delight: { $names }
kano-part-indifferent = all the same: { $names }
kano-part-reverse = unwanted: { $names }
kano-part-unclear = not clear yet: { $names }
kano-too-few = Too few have answered both questions of a pair: it takes { $n } customers or more.
kano-no-questions = This survey has no Kano pairs
kano-no-questions-text = Ask about each feature twice: how do you feel if it is there, and how if it is missing? Add two questions of the kind “Half of a Kano pair” for each feature.
kano-to-survey = Edit the survey

kano-map = Better and Worse
kano-axis-worse = dissatisfaction without it, % →
kano-axis-better = ↑ satisfaction with it, %
kano-spot = { $name }: satisfies { $better } [{ $better-range }] by being there, dissatisfies { $worse } [{ $worse-range }] by missing, n = { $n }
kano-map-legend = Each number is a feature of the table below; the shaded region holds it with the confidence chosen. Regions that overlap cannot be told apart.
kano-table = Features
kano-feature = Feature
kano-category = Category
kano-surety = Clear?
kano-better = Better
kano-worse = Worse
kano-matters = Matters to
kano-unpaired = { $n ->
    [one] one answered only half of the pair
   *[other] { $n } answered only half of the pair
}
kano-by = By group
kano-by-lead = Choose a way of grouping to see whether groups of customers see the features alike.
kano-differ = Do groups differ?
kano-groups-differ = they differ
kano-only-group = Only one group

kano-how-category = Category
kano-how-category-text = Each pair of answers falls into one of six categories by the table of Berger et al. The category of a feature: if attractive, one-dimensional and must-be together outnumber the rest, the most frequent of these three; otherwise the most frequent of indifferent, reverse and questionable.
kano-how-clear = Clear?
kano-how-clear-text = Fong’s test whether the most frequent category leads the second by more than chance: z = (a − b) / √(a + b), the variance of two shares of one sample. The p-values are corrected for the number of features by Benjamini–Hochberg. A category is called clear when it also is the most frequent one.
kano-how-better = Better and Worse
kano-how-better-text = Better = (A + O) / (A + O + M + I), Worse = (O + M) / (A + O + M + I), in percent, with Wilson intervals; reverse and questionable answers are left out. Regions on the map are confidence ellipses by the delta method. “Matters to” is the share of A, O and M among all.
kano-how-groups = Groups
kano-how-groups-text = Pearson’s χ² of categories by groups, with 1,999 random permutations where fewer than five are expected in a cell, corrected for the number of features; V is Cramér’s measure of how much they differ, 0 to 1.
kano-how-assumptions-text = Customers understood both questions and answered for themselves; that the two largest categories were chosen for being the largest is not allowed for.
kano-how-source-text = Kano et al. (1984); Berger et al. (1993), Center for Quality of Management Journal 2(4), 3–36; Fong (1996), same journal 5(3), 21–24.
survey-ready-new-features = Before you add something: which features guests take for granted, ask for or are delighted by (Kano).
