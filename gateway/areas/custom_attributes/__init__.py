"""Custom attributes: a seller's own fields on customers, and their definitions."""
