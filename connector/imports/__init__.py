"""Importers: decisions from files, read into plain records. May import `workflows`."""
