"""Which principles matter: worlds with every combination of them, and what each brings."""
