"""Word files: make, read, check. Plain data in, plain data out.

Imports python-docx and lxml, and of `workflows` only `workflows.forms`.
"""
