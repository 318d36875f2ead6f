"""Write the manual page: `make manual`."""

from docs.manual import page as manual

manual.FILE.write_text(manual.page())
print(f"wrote {manual.FILE}")
