"""Pages of the development line."""
