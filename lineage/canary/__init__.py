"""Whether deletion arrives: a test subject is planted, erased and looked for in every copy."""
