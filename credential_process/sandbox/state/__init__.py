"""The state of the service: accounts, registrations, sessions, tokens and settings, without HTTP."""
