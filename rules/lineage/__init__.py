"""Flaws of the way that fields take to the workflow."""
