"""The field catalogue of every document, its values, fingerprints and lint rules."""
