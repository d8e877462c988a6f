"""Beslutningslinja, mirrored: bodies, cases, meetings, decisions, follow-ups.

Never imports `workflows.development`.
"""
