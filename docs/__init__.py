"""Documentation, and what writes the reference pages."""
