"""Work that goes on beside the pages."""
