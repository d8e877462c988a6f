"""People, the three parties, mandates, and who may do which act."""
