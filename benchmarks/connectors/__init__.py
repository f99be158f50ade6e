"""What reading each kind of system costs, and how long it takes."""
