"""What no query may do here: reach another host.

The engine would open a connection for SERVICE and LOAD, so they are looked for in the text before it sees it. SPARQL
allows `\\u` escapes in strings and IRIs only (the engine refuses them elsewhere), so looking at tokens is sound.
"""

from __future__ import annotations

import re
from typing import Final

from ohai_kg.errors import FederationRefused

_TOKEN: Final = re.compile(
    r"""
      \#[^\n\r]*                                   # comment
    | <[^<>"{}|^`\\\x00-\x20]*>                    # IRI
    | \"{3}(?:(?:\"|\"\")?(?:[^"\\]|\\.))*\"{3}    # long string
    | '{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}
    | "(?:[^"\\\n\r]|\\.)*"                        # string
    | '(?:[^'\\\n\r]|\\.)*'
    | [?$]\w+                                      # variable
    | @[A-Za-z]+(?:-[A-Za-z0-9]+)*                 # language tag
    | [\w.\-]*:(?:[\w.\-:%]|\\.)*                  # prefixed name
    | (?P<word>[A-Za-z]+)\b
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def refuse_federation(text: str) -> None:
    """Raise FederationRefused where `text` uses SERVICE or LOAD as a keyword."""
    for token in _TOKEN.finditer(text):
        word = (token["word"] or "").upper()
        if word in {"SERVICE", "LOAD"}:
            raise FederationRefused(
                f"本端点不执行 {word}，不会向其他主机发出任何请求；请去掉它，或先把所需数据导入。",
                f"{word} is never carried out here: no request leaves this server. Remove it, or load the data first.",
            )
