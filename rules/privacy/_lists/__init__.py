"""Words that are known: of headers, of names, of special categories, and the letters that names are made of."""
