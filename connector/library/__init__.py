"""Where the Word documents of a municipality lie."""
