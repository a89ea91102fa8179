"""What an operation selects, and how much it may select."""
