"""Deadlines in working days, and dated legal references."""
