"""Comments of a config file as ConfigUpdater gets them: version 3.2 confuses two that are alike, and fails."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"^([^\S\n]*)([#;][^\n]*?)(?=\r?$)", re.MULTILINE)
_NUMBERED = re.compile(r"^([^\S\n]*)#\0(\d+)\0", re.MULTILINE)


class NumberedComments:
    """A text with numbers in place of its comments; `text` is what ConfigUpdater gets."""

    def __init__(self, text: str) -> None:
        self._comments: list[str] = []
        self.text = _COMMENT.sub(self._numbered, text)

    def _numbered(self, found: re.Match[str]) -> str:
        self._comments.append(found[2])
        return f"{found[1]}#\0{len(self._comments) - 1}\0"

    def restored(self, text: str) -> str:
        """Return a part of the text with the comments in it."""
        return _NUMBERED.sub(lambda found: found[1] + self._comments[int(found[2])], text)
