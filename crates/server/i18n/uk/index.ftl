# The satisfaction index, weighted and structural.
