"""The rules of customer profiles: single, in bulk, listed and searched."""
