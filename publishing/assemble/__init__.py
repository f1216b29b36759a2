"""One notebook that needs nothing of the repository."""
