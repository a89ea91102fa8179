"""The compiled execution against graphql-core: generated operations, run both ways, give the same answers."""
