"""The connections to Square."""
