"""The AWS config file: what it says of an SSO session."""
