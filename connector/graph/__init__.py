"""Microsoft Graph: files, changes, people and messages of one tenant.

Functions take a `Graph` and give frozen dataclasses. Only `client` asks Graph anything,
by `connector.wire`. Nothing here knows the domain or the database.
"""
