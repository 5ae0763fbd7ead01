# What drives an outcome.
