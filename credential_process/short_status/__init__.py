"""What `status --short` prints, in prompts and status bars: it runs before each prompt, so it loads next to nothing.

The parsers here are for files as programs write them, and know when they do not understand one: then they load the
parsers that all other commands use. A test compares what both find.
"""
