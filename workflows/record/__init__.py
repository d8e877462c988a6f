"""The record: append-only entries, and the states that they tell."""
