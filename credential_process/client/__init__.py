"""The ask path: what a caller does, and how its user can be asked to sign in. It imports no library."""

# The variable that marks a broker, so that it never calls itself.
MARKER = "SSO_CREDENTIAL_PROCESS_BROKER"
