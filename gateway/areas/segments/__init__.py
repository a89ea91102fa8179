"""Customer segments: sets of customers that Square keeps by rules of the seller."""
