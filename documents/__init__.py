"""Documents, and the citations that say where a fact comes from."""
