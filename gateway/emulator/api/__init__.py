"""What the operations of Square's API share: routes, callers, bodies, cursors, idempotency keys, time. No rules."""
