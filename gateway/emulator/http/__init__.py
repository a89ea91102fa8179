"""Square's HTTP: routes, parameters, bodies, errors, cursors and idempotency keys. Holds no rules."""
