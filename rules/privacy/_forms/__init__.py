"""What the form of a single value proves: formats, check digits, shapes."""
