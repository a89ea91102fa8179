"""The rules of customer custom attributes: definitions, values, and searches by them."""
