"""The executor of prepared operations."""
