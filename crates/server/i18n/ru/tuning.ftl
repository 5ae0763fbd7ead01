# Needs against the offer.
