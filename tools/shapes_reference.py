"""shapes/README.md, made from the shapes: every profile and every rule with its number, in Chinese and English."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ohai_kg.shacl.profiles import load_profile, profiles
from ohai_kg.shacl.rendering.text import SEVERITY_NAMES

if TYPE_CHECKING:
    from ohai_kg.shacl.profiles import Profile, Rule

_HEAD: Final = """# 校验规则 · Validation rules

此文件由形状文件生成，请勿手工改动：改 `shapes/` 下的 Turtle 文件后运行 `make docs`。
This file is made from the shapes; do not edit it. Change the Turtle files under `shapes/` and run `make docs`.

一个文件夹就是一套规则：放入带编号（`dct:identifier`）的 SHACL 形状即可，不必写代码。
A folder is a profile: put numbered SHACL shapes (`dct:identifier`) into it; no code is needed.

| | | 规则 Rules |
|---|---|---|
"""


def render_reference(shapes_root: Path) -> str:
    """The text of shapes/README.md; ends with a newline."""
    loaded = [load_profile(shapes_root, name) for name in profiles(shapes_root)]
    contents = "".join(
        f"| [`{p.name}`](#{p.name}) | {p.title['zh']} · {p.title['en']} | {len(_numbered(p))} |\n" for p in loaded
    )
    return _HEAD + contents + "".join(_section(profile) for profile in loaded)


def _section(profile: Profile) -> str:
    rows = "".join(_row(rule) for rule in _numbered(profile))
    about = "\n\n".join(profile.description[lang] for lang in ("zh", "en") if lang in profile.description)
    return (
        f"\n## {profile.name}\n\n{profile.title['zh']} · {profile.title['en']}\n\n{about}\n\n"
        "| 编号 No | 程度 Severity | 要素 Element | 规则 Rule | 消息 | Message |\n|---|---|---|---|---|---|\n" + rows
    )


def _numbered(profile: Profile) -> list[Rule]:
    """The rules by number, without node shapes that only gather others."""
    return sorted(profile.rules.values(), key=lambda rule: rule.number)


def _row(rule: Rule) -> str:
    severity = f"{SEVERITY_NAMES['zh'][rule.severity]} {rule.severity}"
    title = " ".join(rule.title[lang] for lang in ("zh", "en") if lang in rule.title)
    texts = (rule.message.get("zh", ""), rule.message.get("en", ""))
    cells = (rule.number, severity, rule.element or "", title, *texts)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


if __name__ == "__main__":
    root = Path(sys.argv[1])
    (root / "README.md").write_text(render_reference(root), encoding="utf-8", newline="\n")
