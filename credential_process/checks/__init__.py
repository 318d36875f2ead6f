"""Find what keeps a profile from working, and in which SDKs: each check is a function over a small snapshot."""
