"""The dossier of a launch: evidence that is there, current and bound to this plan; never a legal verdict."""
