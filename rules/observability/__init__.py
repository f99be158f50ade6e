"""What can be seen of the workflow in production: signals that exist, carry the right keys and keep to the masks."""
