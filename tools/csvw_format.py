"""Write every csv-metadata.json with one column a line, so that a change of a column is a change of a line.

python tools/csvw_format.py [--check]     --check changes nothing; exit code 1 where a file is written otherwise
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
_WHOLE_LINES: Final = frozenset({"columns", "foreignKeys"})
"""Lists whose members take one line each, however long."""
_WIDTH: Final = 120


def formatted(metadata: Any) -> str:
    """The text of a metadata file."""
    return _lines(metadata, "", "") + "\n"


def _lines(value: Any, key: str, indent: str) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(flat) + len(indent) + len(key) <= _WIDTH:
        return flat
    inner = indent + " "
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(name)}: {_lines(part, name, inner)}" for name, part in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    parts = [inner + (json.dumps(p, ensure_ascii=False) if key in _WHOLE_LINES else _lines(p, "", inner)) for p in value]
    return "[\n" + ",\n".join(parts) + f"\n{indent}]"


def main() -> None:
    """Entry of the command."""
    listed = subprocess.run(
        ["git", "ls-files", "*csv-metadata.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    others = []
    for path in map(ROOT.joinpath, listed.stdout.split()):
        text = path.read_text(encoding="utf-8")
        wanted = formatted(json.loads(text))
        if text != wanted:
            others.append(path)
            if "--check" not in sys.argv:
                path.write_text(wanted, encoding="utf-8", newline="\n")
    for path in others:
        print(path.relative_to(ROOT))
    sys.exit(1 if others and "--check" in sys.argv else 0)


if __name__ == "__main__":
    main()
