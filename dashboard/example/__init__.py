"""What `load_example` loads: the facts of one real report, and fictitious work around it, kept well apart."""
