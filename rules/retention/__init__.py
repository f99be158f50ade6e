"""Whether records and stores are kept no longer than the plan says."""
