"""Work that goes on beside the pages: what is to be done, by references alone."""
