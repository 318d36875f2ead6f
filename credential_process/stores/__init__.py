"""The files in which processes exchange and keep what they know: the mailbox, the token cache, documents, records."""
