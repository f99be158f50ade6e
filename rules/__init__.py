"""How a verdict is reached: a folder a family, a file a rule, importing floors 0 to 2 of `lineage` only."""
