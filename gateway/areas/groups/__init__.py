"""Customer groups: named sets of customers that the seller makes."""
