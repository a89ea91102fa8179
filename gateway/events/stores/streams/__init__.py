"""The event log in a Redis that replicas share."""
