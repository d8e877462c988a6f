"""The command `samspor`."""
