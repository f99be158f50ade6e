"""Rules about the plan's figures: volume, context, latency, heavy paths, against what the systems hold."""
