"""A plan drawn up from what is there already, or from questions."""
