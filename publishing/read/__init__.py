"""What the author wrote, and every mistake in it."""
