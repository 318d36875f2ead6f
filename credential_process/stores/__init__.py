"""The files that processes share: the mailbox, tokens, account lists, and what is remembered of sign-ins."""
