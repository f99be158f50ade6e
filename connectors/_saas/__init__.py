"""What connectors of services share: how they are asked over HTTP, and what that tells."""
