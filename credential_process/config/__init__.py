"""The AWS config file: sessions and profiles, read and written."""
