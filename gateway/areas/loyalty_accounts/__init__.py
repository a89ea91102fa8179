"""Loyalty accounts with their rewards and events."""
