"""What a test reads and changes, and the application that connects the rooms."""
