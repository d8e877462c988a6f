"""Utviklingslinja: projects, documents, rounds, forums, agreements, outputs, reports.

Never imports `workflows.decision`.
"""
