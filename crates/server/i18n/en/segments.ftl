# Who differs.

segments-sentence = { $metric } is lowest, { $low }, among customers with { $low-who }, and highest, { $high }, among those with { $high-who }.
segments-no-difference = { $metric }: no group of customers differs clearly from the others (n = { $n }).
segments-no-groups = { $metric }: nothing is known by which these { $n } customers could be told apart.
segments-all-alike = { $metric }: all { $n } customers answered the same.
segments-too-few = { $metric }: too few answers to look for groups; it takes { $n } or more.
segments-several = { $metric } rests on several questions at once; choose a metric of one question to look for groups.
segments-several-text = Recommendation, satisfaction, effort and every single rating can be searched.
segments-too-few-text = Choose a longer period or fewer filters, or collect more answers.
segments-no-groups-text = Give responses a location, a channel, a touchpoint or segments, for example customer size, when they are collected or imported.
segments-no-difference-text = That is a result, too: what differs may lie in something that was not recorded. Try “Also by what they answered”, or record more segments.
segments-ways = By what customers may be told apart
segments-who = By who they are
segments-answers = Also by what they answered
segments-tree = { $metric }: groups found
segments-tree-lead = Everybody is split by what tells the answers apart most, each part again, as long as the difference is more than chance.
segments-split = split by { $by }
segments-skipped = not answered
segments-or = { $first } or { $last }
segments-use = Use as filter in
segments-use-in = { $page }, only { $who }
segments-use-one = Use one of them as filter
segments-more = more than among all
segments-fewer = fewer than among all
segments-test-clear = The groups differ: Cramér’s V = { $v } [{ $range }], χ² = { $chi }, df = { $df }, { $p }, n = { $n }.
segments-test-unclear = No clear difference between the groups: Cramér’s V = { $v } [{ $range }], χ² = { $chi }, df = { $df }, { $p }, n = { $n }.
segments-rough = Many cells hold few answers, so that the p-value is rough.

segments-how-tree = Groups found
segments-how-tree-text = A CHAID tree: at each split the trait that tells the answers apart most, after putting together values that do not differ (p > 0.05); χ² for shares, F for means. Each p-value is multiplied by the number of ways in which the values could have been put together; a split needs 0.05 or less.
segments-how-rules-text = A group has at least { $leaf } customers; at most { $depth } splits follow one another.
segments-how-tables = Tables
segments-how-tables-text = Pearson’s χ² of groups by answers, corrected for the number of tables by Benjamini–Hochberg; V is Cramér’s, less what chance alone would give (Bergsma), with an interval. ▲ and ▼ mark answers that are clearly more or less frequent than among all (adjusted residuals, corrected over the cells).
segments-how-small = Small groups
segments-how-small-text = Groups that are too small to be shown, or would give one away by subtraction, are put together as “smaller groups together” before anything is computed, in the tree as in the tables.
segments-how-filters = Filters
segments-how-filters-text = A link under a group puts it into the filters of another page: it works by thumb and by keyboard, where dragging would not. Where several values were put together, filters can take one of them at a time.
segments-how-assumptions-text = Customers answer independently of each other. A tree looks at many splits: what it finds is a lead, to be confirmed on later answers.
segments-how-source-text = Kass (1980), Applied Statistics 29(2), 119–127; Bergsma (2013), Journal of the Korean Statistical Society 42(3), 323–328.
