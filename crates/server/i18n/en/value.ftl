# Perceived quality against perceived price.

value-sentence = Customers put the quality at { $quality } and the price at { $price } (n = { $n }){ $rest }.
value-sentence-better = ; clearly better value: { $names }
value-sentence-worse = ; clearly worse value: { $names }
value-sentence-none = ; no group stands out clearly
value-too-few = Too few have rated both: it takes { $n } customers or more.
value-no-questions = This survey does not ask what customers think of the price
value-no-questions-text = Add a rating of the price or of the value for money beside a rating of quality, or choose another survey.
value-all-withheld = Every group is too small to be shown; choose another way of grouping or a longer period.
value-questions = The two ratings of the map
value-quality-question = Quality: rating
value-price-question = Price: rating
value-axis-price = what they think of the price →
value-axis-quality = ↑ quality
value-corner-worse = worse value
value-corner-cheap = simple and fair
value-corner-dear = good and dear
value-corner-better = better value
value-spot = { $name }: quality { $quality }, price { $price }, n = { $n }
value-map-legend = Each number is a group of the table below, with its intervals; the dashed cross is everybody. The axes are cut to what the intervals need.
value-table = Groups on the map
value-quality = Quality
value-price = Price
value-how-map = Map
value-how-map-text = Mean ratings of those who rated both, on the scales of the questions, with Student’s t intervals. To the right the price is thought fairer, upward the quality better.
value-how-verdict = Higher, lower
value-how-verdict-text = Each group against all the others together (Welch’s test), all comparisons of the page corrected by Benjamini–Hochberg. Better value means clearly higher in one and clearly lower in neither.
value-how-competitors = Competitors
value-how-competitors-text = To put named competitors beside yourself, ask their customers the same two questions and record in a segment, for example supplier, whom they rate; such a segment is chosen first. Without one, only your own groups are shown: figures from elsewhere are not mixed in.
value-how-assumptions-text = Customers of all groups use the scales alike, and the groups answered the same questions in the same way.
value-how-source-text = Gale (1994), Managing Customer Value; Welch (1947), Biometrika 34, 28–35.
