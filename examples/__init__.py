"""Worlds to try the auditor on."""
