"""The schema's history: Alembic runs `env.py`, and `versions/` holds one file a change.

A file in `versions/` never imports models: it must mean the same in ten years. There is
no way back but a backup, so a file has no `downgrade`.
"""
