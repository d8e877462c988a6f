"""Pages of the decision line."""
