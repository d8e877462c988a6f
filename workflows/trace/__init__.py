"""What one line gave the other: uses, outcomes, links and the standing questions."""
