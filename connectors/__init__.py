"""How each kind of system is read: one module a system, found by name, importing floors 0 to 2 of `lineage` only."""
