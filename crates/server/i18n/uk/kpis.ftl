# Measures with targets.
