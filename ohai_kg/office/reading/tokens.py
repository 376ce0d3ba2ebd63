"""A web page as tags and text, in time that grows with its length alone.

`html.parser` of Python 3.11 looks for the end of what is never closed again and again; here, as HTML has it (section
13.2.5), a comment, tag or script that is never closed takes the rest of the page with it.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME: Final = re.compile(r"[a-zA-Z][^\s/>]*+")
# quotes count behind an equals sign only, so that one astray hides no more than its tag
_REST: Final = re.compile(r"""((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>""")
_ATTRIBUTE: Final = re.compile(r"""([^\s/>="']++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++))""")
_COMMENT_END: Final = re.compile(r"--!?>")
_ENDS: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")}
_HUGE_NUMBER: Final = re.compile(r"&#(?:[0-9]{9,}+|[xX][0-9a-fA-F]{9,}+);?")


class Token(NamedTuple):
    """A start tag (`name`, `rest`: its attributes as written), an end tag (`ends`), or text (`name` is empty)."""

    name: str
    rest: str
    ends: bool = False

    def attribute(self, name: str) -> str | None:
        """The value of an attribute, None where there is none."""
        for found in _ATTRIBUTE.finditer(self.rest):
            if found[1].lower() == name:
                return html.unescape(next((value for value in found.groups()[1:] if value is not None), ""))
        return None


def tokens(page: str) -> Iterator[Token]:
    """The tags and the text of a page in their order, character references resolved; comments and scripts left out."""
    place = 0
    while (opened := page.find("<", place)) >= 0:
        if opened > place:
            yield _text(page[place:opened])
        ends = page.startswith("/", opened + 1)
        name = _NAME.match(page, opened + 1 + ends)
        if name is None:
            place = _after_what_is_no_tag(page, opened)
            if place == opened:
                yield Token("", "<")
                place += 1
            continue
        rest = _REST.match(page, name.end())
        if rest is None:
            return
        tag = name[0].lower()
        yield Token(tag, rest[1], ends)
        place = rest.end()
        if tag in _ENDS and not ends:
            end = _ENDS[tag].search(page, place)
            place = end.start() if end else len(page)
    if place < len(page):
        yield _text(page[place:])


def _after_what_is_no_tag(page: str, opened: int) -> int:
    """The place behind a comment, declaration or instruction; the same place for a `<` that is text."""
    if page.startswith("<!--", opened):
        if page.startswith((">", "->"), opened + 4):
            return page.index(">", opened) + 1
        end = _COMMENT_END.search(page, opened + 4)
        return end.end() if end else len(page)
    if page.startswith(("!", "?", "/"), opened + 1):
        return page.find(">", opened) + 1 or len(page)
    return opened


def _text(text: str) -> Token:
    return Token("", html.unescape(_HUGE_NUMBER.sub("\ufffd", text)) if "&" in text else text)
