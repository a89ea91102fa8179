"""What surrounds every request: errors, access log, concurrency limit, request id."""
