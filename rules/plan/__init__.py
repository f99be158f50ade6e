"""Flaws of the plan by itself: what it declares, refers to and leaves open."""
