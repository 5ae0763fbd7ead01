# Quality against price.
