"""What the connector of taps and sources is made of."""
