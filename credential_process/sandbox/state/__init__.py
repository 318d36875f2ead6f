"""What the service remembers: accounts, registrations, sessions, tokens, settings; nothing here knows HTTP."""
