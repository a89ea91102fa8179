"""GraphQL over HTTP: from a request to the answer of an operation."""
