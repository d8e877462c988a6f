"""A stand-in for Microsoft 365 on this machine: Entra ID, Graph and SharePoint.

It behaves as the pages on learn.microsoft.com and the threads of people who use Graph
say that the real ones behave, also where that is inconvenient. It shares no code with
the connector that it is there to try: it imports nothing of the rest of the project,
and only tests and the demo start it. See `docs/standin.md`.
"""
