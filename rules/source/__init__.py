"""Whether sources hold what the plan takes for granted: the dataset, its fields, their types, their values."""
