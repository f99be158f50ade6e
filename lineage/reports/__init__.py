"""What a run concluded, as text, as JSON, and its facts as a file."""
