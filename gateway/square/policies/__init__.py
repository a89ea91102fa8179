"""What surrounds a request to Square: retry, limits, breaker, sharing of reads, state of a tenant."""
