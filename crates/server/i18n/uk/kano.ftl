# The Kano model.
