"""How a verdict comes about: implementations, processes for clauses, limits, leaks, failures."""
