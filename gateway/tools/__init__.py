"""The commands that read documents and the schema: explain, check, schema."""
