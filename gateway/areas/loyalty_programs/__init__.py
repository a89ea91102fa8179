"""The loyalty program and its promotions."""
