"""Access: what the workflow's identity can really read, field by field, with the chain of doors that opens it."""
