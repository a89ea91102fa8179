"""The wire: endpoint rows, the client that sends them, and the decoding of answers. Knows no GraphQL."""
