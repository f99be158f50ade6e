"""Reach measured: against brute force in many worlds, against what others say, and at size."""
