"""The broker: the only process that signs in, refreshes tokens and fetches role credentials."""
