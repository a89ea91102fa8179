"""Logs, metrics and health, and what they may never hold."""
