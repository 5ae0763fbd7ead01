# The trend of a metric.
