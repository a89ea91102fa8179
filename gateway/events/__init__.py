"""Square's webhooks as events: read, kept in order, followed by subscriptions. Knows no HTTP server and no GraphQL."""
