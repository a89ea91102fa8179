"""How callers share what is limited: the rule, a cache that keeps to it, a queue that keeps to it. No I/O."""
