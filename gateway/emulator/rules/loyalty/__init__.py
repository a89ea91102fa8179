"""The rules of Loyalty: programs, accounts, points, rewards, promotions, events."""
