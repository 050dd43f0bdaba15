"""Who works here: users, their departments and what each role may do."""
