"""Whether the records that the rollout exposes are as fresh as the plan takes for granted."""
