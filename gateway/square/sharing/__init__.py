"""What processes share of the limits of tenants and callers, through Redis. Nothing here sends anything to Square."""
