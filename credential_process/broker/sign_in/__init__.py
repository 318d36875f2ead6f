"""Interactive sign-ins: at most one is open for a session and host, however many callers need it."""
