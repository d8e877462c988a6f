"""Pages where the two lines meet."""
