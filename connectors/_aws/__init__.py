"""What connectors of Amazon's services share."""
