"""What is told outside the pages: calendars, e-mail and Teams, never a text itself."""
