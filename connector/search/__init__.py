"""Search across the municipality, in both written standards."""
