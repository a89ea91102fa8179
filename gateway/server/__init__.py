"""The only HTTP server code: the application, GraphQL over HTTP, callers, health."""
