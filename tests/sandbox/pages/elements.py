"""The elements of a page, as a browser without JavaScript sees them."""

from html.parser import HTMLParser

from tests.sandbox.visitor import Reply


class Elements(HTMLParser):
    """The elements of a page, each a tag with its attributes."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(reply.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record an element."""
        self.elements.append((tag, dict(attrs)))

    def find(self, tag: str, **attributes: str) -> dict[str, str | None]:
        """Return the attributes of the only element that has the given ones."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        found = [
            has for name, has in self.elements if name == tag and wanted.items() <= has.items()
        ]
        assert len(found) == 1, (tag, wanted)
        return found[0]
