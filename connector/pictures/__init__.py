"""Pictures of the trace as SVG made here, each with its data as a table beside it.

Imports `workflows.trace.links` and the standard library only.
"""
