"""Rules about the rollout: each stage is judged on its own records, and what stops it must have been tried."""
