"""GraphiQL for a browser, and its files."""
