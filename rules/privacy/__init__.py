"""Personal data: what recognises it, and the rules that judge whether it is declared and masked."""
