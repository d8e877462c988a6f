"""The outside: command line, pages, database, importers, Word files on disk."""
