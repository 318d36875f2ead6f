"""The drawings of README.md and the pages: `make pictures` writes them to docs/images, for light and dark pages."""
