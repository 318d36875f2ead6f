"""The files that processes share: the mailbox, the token cache, documents, records."""
