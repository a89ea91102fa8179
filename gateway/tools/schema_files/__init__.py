"""The schema in the forms that `gateway schema` prints: SDL, and what caches of clients must know of it."""
