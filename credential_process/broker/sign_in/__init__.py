"""Signing in a person: one open sign-in a session and host, whatever the number of callers that need it."""
