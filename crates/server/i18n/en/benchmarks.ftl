# Benchmarks: numbers of others beside one's own.

benchmarks-sentence = { $metric } is { $value }: { $parts }.
benchmarks-sentence-none = { $metric } is { $value }; there is no benchmark for it yet.
benchmarks-sentence-higher = higher than { $names }
benchmarks-sentence-lower = lower than { $names }
benchmarks-sentence-same = no clear difference from { $names }
benchmarks-sentence-named = { $name } ({ $value }, { $source } { $year })

benchmarks-own = Your own network
benchmarks-table = Others beside you
benchmarks-column-name = Whose number
benchmarks-column-theirs = Theirs
benchmarks-column-ours = Yours
benchmarks-column-difference = Difference
benchmarks-column-source = Source and year
benchmarks-choose-rating = choose a rating above to compare
benchmarks-not-measured = not asked in this survey
benchmarks-from-count = widest interval for their n
benchmarks-unknown = their uncertainty is unknown: judged by your interval alone
benchmarks-kind-mean = Mean of a rating
benchmarks-lines = Dashed lines are numbers of others, not your own answers.
benchmarks-lines-more = { $n ->
    [one] One more is not drawn.
   *[other] { $n } more are not drawn.
}
benchmarks-lines-link = All benchmarks

benchmarks-empty-title = No benchmarks yet
benchmarks-empty-text = Add what others have published, with its source and year: an industry report, a partner, your own network before. It then stands beside your numbers and as a line on the charts.
benchmark-new = Add a benchmark
benchmark-scale = Scale
benchmark-low = Lower end of the interval
benchmark-high = Upper end of the interval
benchmark-n = Responses
benchmark-source = Source
benchmark-source-url = Address of the source
benchmark-year = Year
benchmark-industry = Industry
benchmark-country = Country or region
benchmark-note = Note
benchmark-delete = Delete this benchmark
benchmark-delete-question = Delete this benchmark? Its line disappears from all charts.
done-benchmark-added = The benchmark is added.
done-benchmark-saved = The benchmark is saved.
done-benchmark-removed = The benchmark is deleted.

upload-benchmarks-title = Import benchmarks
column-benchmark-name = Whose number it is, such as an industry or a company.
column-benchmark-metric = nps, csat, ces, csi or mean.
column-benchmark-value = The number as it was published: NPS from −100 to 100, shares and indices in percent.
column-benchmark-source = Who published it.
column-benchmark-year = When it was measured, such as 2026.
column-benchmark-scale = The ends of the scale, such as 1-5. A mean needs it; only like is compared with like.
column-benchmark-n = How many answered. Empty when the source does not say.
column-benchmark-low = Lower end of the 95% interval. Empty when the source does not give it.
column-benchmark-high = Upper end of the 95% interval.
column-benchmark-industry = Line of business.
column-benchmark-country = Country or region.
column-benchmark-source-url = Where it can be read: https://…
column-benchmark-note = What else must be known to read the number.

benchmarks-how-period = Your answers from { $from } to { $to }. The period of a benchmark is the year beside it.
benchmarks-how-own = Your number
benchmarks-how-own-text = The same metric over the places that you see and the filters above, with its 95% interval.
benchmarks-how-theirs = The number of others
benchmarks-how-theirs-text = Taken from the source as it is; it never becomes part of your own. Where the source gives the 95% interval, that is used; where it only says how many answered, the widest interval that so many answers with this value can have; where it says neither, the number is taken as it stands and the verdict says so.
benchmarks-how-difference = Difference
benchmarks-how-difference-text = d = yours − theirs. Its interval comes from the two intervals: low = d − √((yours − your low)² + (their high − theirs)²), high = d + √((your high − yours)² + (theirs − their low)²). “Higher” and “lower” are said only when it leaves out zero.
benchmarks-how-correction = Several at once
benchmarks-how-correction-text = { $n } comparisons, corrected together by Benjamini–Hochberg.
benchmarks-how-assumptions = Assumptions
benchmarks-how-assumptions-text = Both are random samples of their customers, asked the same question in the same way. A panel of consumers, another moment of asking or another country can shift a score by more than any interval shows.
benchmarks-how-source = Method
benchmarks-how-source-text = Zou and Donner (2008), Statistics in Medicine 27(10), 1693–1702.

scope-goals-write = Set benchmarks and KPIs
audit-entity-benchmark = Benchmark

refused-number = “{ $given }” is not a number.
refused-within = Write a number from { $low } to { $high }.
refused-inside = Give both ends of the interval; the value must lie between them.
refused-metric = There is no metric “{ $given }”. Use nps, csat, ces, csi or mean.
refused-scale-missing = Give the scale of the mean, such as 1-5.
refused-scale = “{ $given }” is not a scale of this metric. Write it as 1-5, or leave it empty for NPS and the index.
refused-day = “{ $given }” is not a day. Write it as 2026-03-31.
refused-after = The last day must be after the first.
refused-person = Choose somebody who signs in here.
refused-value = “{ $given }” is not known here.
refused-address = An address begins with https:// or http://.
refused-same-twice = Row { $first } is about the same thing.
