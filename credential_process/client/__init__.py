"""The ask path: what a caller does, and how its user can be asked to sign in. It imports no library."""
