"""A run against outputs that a person approved."""
