"""What happened when, for one operation: its plan, its levels, its calls to Square. Knows no GraphQL and no HTTP."""
