"""What goes below aiohttp's public API: sockets, bytes, and their limits. Knows no GraphQL."""
