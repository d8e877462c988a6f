"""The domain: people, projects, rounds, outputs, cases, the trace and the record.

May import SQLAlchemy, `holidays`, `cryptography` and the standard library. Knows no
web, no Word and no Microsoft 365: time, acting person and session are given to it.
Inside, imports run trace → development | decision → people, forms, law, record → base.
"""
