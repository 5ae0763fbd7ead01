# What the pages about groups of customers and their needs share.

groups-by = Side by side by
groups-everybody = everybody
groups-and-more = { $names } and { $n } more
groups-unknown-question = This survey has no such rating.
groups-others = smaller groups together
groups-how-period = { $from } – { $to }; { $n ->
    [one] one customer
   *[other] { $n } customers
} counted.
groups-how-sample = Sample
groups-how-sample-text = Every response counts once, without weights, as if those who answered were a random sample of all customers. Whoever did not answer is not known here.
groups-how-assumptions = Assumptions
groups-how-source = Source
groups-how-sizes = Sizes
groups-trait-location = location
groups-trait-channel = channel
groups-trait-language = language
groups-trait-touchpoint = touchpoint
