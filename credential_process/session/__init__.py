"""A session as one caller sees it: its context, its tokens, its state, and its sign-out."""
