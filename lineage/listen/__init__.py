"""A receiver on loopback: what running workflows tell over HTTP goes to local files that connectors read."""
