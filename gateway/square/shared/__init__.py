"""What replicas remember together, in Redis: answers of reference data, changes of it, and who tokens are for."""
