"""What stands between a launch and its gate, and the file that proves it."""
