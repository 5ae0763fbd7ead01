# The breakdown of a metric by groups.
