"""The use cases: each a transaction."""
