"""Whether the evidence itself can be relied on: the audit audits itself."""
