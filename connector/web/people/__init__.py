"""Pages about who acts: the choice of person and hat."""
