"""The database: opened, walled between municipalities, and kept at the newest schema.

May import `workflows` and nothing else of `connector`.
"""
