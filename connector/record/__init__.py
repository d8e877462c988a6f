"""The record seen from outside: its key, its checkpoints, what is taken out of it."""
