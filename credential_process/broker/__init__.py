"""The background process of a session on one host: it signs in, refreshes tokens, and fetches credentials."""
