"""Several processes that serve one port: started, watched and stopped by a parent. Knows nothing of what they serve."""
