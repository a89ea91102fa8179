"""The rules of customer groups and segments."""
