"""Rules about waivers: never hidden, never free, never for ever."""
