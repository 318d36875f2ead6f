"""The ask path: what a caller does, and who can be reached from it. It imports no library."""
