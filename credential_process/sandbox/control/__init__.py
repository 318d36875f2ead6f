"""What a test controls and reads, and the application that passes every request through it."""
