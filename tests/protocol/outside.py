"""Drive an outside tool against a server of our own with writing on and SPARQL's plain default graph.

python -m tests.protocol.outside conformance RUNNER SUITE [OPTION ...]
python -m tests.protocol.outside fuzz [EXAMPLES]
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.served import TOKEN, serve


def conformance(address: str, runner: str, suite: str, *options: str) -> list[str]:
    """The command of a W3C runner that drives a server by its three addresses."""
    endpoints = ["--endpoint", f"{address}/sparql", "--update", f"{address}/update", "--graph-store", f"{address}/graphs"]
    return [
        sys.executable,
        runner,
        "--tests",
        suite,
        *endpoints,
        "--write-header",
        f"Authorization: Bearer {TOKEN}",
        "--wipe",
        *options,
    ]


def fuzz(address: str, examples: str = "50") -> list[str]:
    """The command that sends what /openapi.json allows, and what it does not; no answer may be a 500."""
    tool = str(Path(sys.executable).parent / "schemathesis")
    options = ["--checks", "not_a_server_error", "--max-examples", examples, "--phases", "coverage,fuzzing"]
    return [tool, "run", f"{address}/openapi.json", *options, "-H", f"Authorization: Bearer {TOKEN}"]


def main(kind: str, *arguments: str) -> int:
    """Start the server, run the tool, pass on its exit code."""
    command = {"conformance": conformance, "fuzz": fuzz}[kind]
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "project", token=TOKEN, union_default_graph="false") as server,
    ):
        return subprocess.run(command(f"http://127.0.0.1:{server.port}", *arguments), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
