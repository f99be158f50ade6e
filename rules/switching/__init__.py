"""What would have to move with another model, provider or index."""
