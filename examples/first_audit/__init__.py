"""A plan, the systems that it is about, and what is untrue of them."""
