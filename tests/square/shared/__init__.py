"""What replicas remember together."""
