"""Elvestrand: the invented municipality of the demo."""
