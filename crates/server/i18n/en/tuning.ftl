# Tuning an offer to what customers need.

tuning-sentence = The present offer meets the needs of { $share } of { $n } customers; the greatest opportunity is “{ $attribute }”, { $score } of 20{ $groups }.
tuning-sentence-groups = ; by what they need, customers fall into { $n ->
    [one] one group
   *[other] { $n } groups
}
tuning-sentence-alike = ; their needs do not fall into groups
tuning-withheld = Too few have answered: it takes { $n } customers or more.
tuning-no-pairs = This survey does not ask how important its ratings are
tuning-no-pairs-text = Ask beside each rating how important the attribute is: add questions of the kind “Importance of a rated attribute”.

tuning-met = Needs met
tuning-met-note = at least as satisfied with everything as it is important
tuning-left-out = { $n ->
    [one] One customer told less than half of the attributes and is left out of shares and groups.
   *[other] { $n } customers told less than half of the attributes and are left out of shares and groups.
}
tuning-much-missing = Too much is missing: those left out outnumber the rest.

tuning-map = Importance and satisfaction
tuning-axis-satisfaction = satisfaction, % of the scale →
tuning-axis-importance = ↑ importance, % of the scale
tuning-spot = { $name }: importance { $importance }, satisfaction { $satisfaction }, n = { $n }
tuning-corner-low = less important
tuning-corner-over = more than needed
tuning-corner-act = act here
tuning-corner-keep = keep it up
tuning-map-legend = Each number is an attribute of the table below, with its intervals. The dashed cross is the mean of the attributes; above the dotted diagonal needs exceed what is given.
tuning-table = Attributes, the greatest opportunity first
tuning-attribute = Attribute
tuning-importance = Importance
tuning-satisfaction = Satisfaction
tuning-opportunity = Opportunity, 0–20
tuning-attribute-met = Needs met

tuning-groups = Groups by what they need
tuning-group = { $n }: above all “{ $wants }”
tuning-group-share = Share
tuning-groups-found = { $n } customers were grouped: silhouette { $silhouette }, stability { $stability } (0 to 1; from 0.75 on groups are stable).
tuning-groups-legend = Numbers are importances relative to the customer’s own mean, in percent of the scale: +10 means more important than other things to these customers.
tuning-groups-too-few = Too few customers to look for groups: it takes { $n } or more
tuning-groups-too-few-text = Choose a longer period or fewer filters, or collect more answers.
tuning-groups-alike = The needs of customers do not fall into groups
tuning-groups-alike-text = Either they are much alike, or they differ without order: one offer with choices fits better than several fixed variants.

tuning-variants = How many variants would fit which share
tuning-variants-lead = With the best choice of 1, 2, 3 … variants: the share of customers whose needs one of them fits, and what each further variant adds.
tuning-variants-number = Variants
tuning-variants-share = Customers fitted
tuning-variants-gain = Gain, points

tuning-how-scale = Scale
tuning-how-scale-text = Importance and satisfaction are told as percent of their scales: (answer − lowest) / (highest − lowest). Means have Student’s t intervals, shares Wilson’s.
tuning-how-opportunity = Opportunity
tuning-how-opportunity-text = I + max(I − S, 0), where I is the share of customers who call the attribute important and S the share who are satisfied with it, each times 10. Answers in the upper quarter of a scale count: 4 and 5 of 5, 6 and 7 of 7. The interval is that of the larger of I and 2I − S, customer by customer.
tuning-how-met = Needs met
tuning-how-met-text = A need is met when satisfaction is at or above importance, both as percent of their scales. The present offer meets a customer’s needs when it meets all of those told, at least half of the attributes.
tuning-how-groups = Groups
tuning-how-groups-text = k-medoids (FasterPAM, sum of absolute differences) on importances less the customer’s own mean, so that people who call everything important are no group of their own; what was not told counts as that mean. The number of groups, 2 to 5, is that of the largest silhouette, with at least 5% of the customers in each. Groups are shown from a silhouette of 0.25 and a stability (mean Jaccard index over 20 bootstrap samples) of 0.6 on. Up to 300 customers, spread evenly over time, are grouped.
tuning-how-variants = Variants
tuning-how-variants-text = A variant is the needs of a real customer; it fits whoever’s relative importances differ from it by an eighth of the scale or less on average, half a step of five points. Up to 12 candidates are medoids; the best choice is found by branch and bound on one half of the customers and judged by the other half, who had no part in choosing.
tuning-how-assumptions-text = What customers say is important is what they choose by. A variant that fits a need satisfies it.
tuning-how-source-text = Ulwick (2005), What Customers Want; Schubert and Rousseeuw (2021), Information Systems 101; Hennig (2007), Computational Statistics & Data Analysis 52(1), 258–271.
