"""Run an outside conformance runner against a server of our own: python -m tests.protocol.conformance RUNNER SUITE.

The server starts on an empty project, with writing on and SPARQL's plain default graph, as the W3C tests expect it.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PORT = 8899
ADDRESS = f"http://127.0.0.1:{PORT}"
TOKEN = "conformance"


def main(runner: str, suite: str) -> int:
    with tempfile.TemporaryDirectory() as home:
        settings = {"OHAI_KG_HOME": home, "OHAI_KG_TOKEN": TOKEN, "OHAI_KG_UNION_DEFAULT_GRAPH": "false"}
        server = subprocess.Popen(
            [sys.executable, "-m", "ohai_kg", "serve", "--port", str(PORT)], env={**os.environ, **settings}
        )
        try:
            _wait_until_ready()
            return subprocess.run(
                [
                    sys.executable, runner, "--tests", suite,
                    "--endpoint", f"{ADDRESS}/sparql", "--update", f"{ADDRESS}/update", "--graph-store", f"{ADDRESS}/graphs",
                    "--write-header", f"Authorization: Bearer {TOKEN}", "--wipe", "-v", *sys.argv[3:],
                ],
                check=False,
            ).returncode  # fmt: skip
        finally:
            server.terminate()
            server.wait()


def _wait_until_ready() -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{ADDRESS}/readyz") as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit("the server did not become ready")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], str(Path(sys.argv[2]))))
