"""A planner's ten minutes: from an empty folder and a database's URL to a backlog."""
