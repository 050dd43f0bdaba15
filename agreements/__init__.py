"""Agreements: MoUs, pacts, declarations and treaties, their parties and signatures."""
