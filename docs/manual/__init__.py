"""The manual page, made from the commands."""
