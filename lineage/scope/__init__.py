"""The largest scope without a blocker, what narrowing costs, and what gives the rest back."""
