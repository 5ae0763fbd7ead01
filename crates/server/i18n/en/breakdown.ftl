# The breakdown of a metric by groups.

breakdown-overall = { $metric } is { $value } overall.
breakdown-lower = Clearly lower than { $against }: { $names }.
breakdown-higher = Clearly higher than { $against }: { $names }.
breakdown-and-more = { $names } and { $n ->
    [one] one more
   *[other] { $n } more
}
breakdown-alike = The groups differ no more than chance alone would make them.
breakdown-none = No group is clearly different.
breakdown-nothing = Nobody has answered within these filters.
breakdown-the-rest = the rest
breakdown-the-period-before = the period before
breakdown-a-year-ago = a year ago
breakdown-the-benchmark = the benchmark
breakdown-compared = Against { $against }
breakdown-each-place = Each place for itself
breakdown-by = By
breakdown-then-by = then by
breakdown-and-by = and by
breakdown-against = Compared with
breakdown-against-rest = all the others
breakdown-against-previous = the period before
breakdown-against-year = the same days a year ago
breakdown-sort = Order
breakdown-sort-lowest = lowest first
breakdown-sort-highest = highest first
breakdown-sort-most = most responses first
breakdown-sort-name = by name
breakdown-weights = Weights
breakdown-unweighted = every response counts alike
breakdown-weighted = responses count by their weight
breakdown-fair = Fair value
breakdown-fair-text = A small group is high or low by luck more easily than a large one. The fair value draws each group toward the mean of all, the more so the fewer its responses (empirical Bayes). Ranks are ranges: with these responses the group could have any of them (4,000 draws; 500 with more than 200 groups). Efron and Morris (1975); Goldstein and Spiegelhalter (1996).
breakdown-rank = Rank
breakdown-low = Interval from
breakdown-high = Interval to
breakdown-difference = Difference
breakdown-verdict = Verdict
breakdown-picture = Picture (SVG)
breakdown-first-rows = The picture shows the first { $n } rows; the table has all of them.
history-away = The history is unavailable at the moment
history-away-text = What is shown comes from the records themselves. Nothing is lost; what only the history knows will be back with it.
views-title = Saved views
views-name = Keep this view as
views-keep = Keep
views-remove = Remove “{ $name }”
done-view-kept = The view is kept.
done-view-removed = The view is removed.
views-refused = The view was not kept
views-back = Back
views-hint = Whoever may see results finds it here, and sees by it what they may see. The address of the page works as a link too.
breakdown-overlapping = A response stands in the row of every answer that was chosen, so rows overlap and do not add up. Each is compared with those who did not choose it.
