"""Files read in a process of their own, which may take 700 MB of memory and 60 s for each: what hurts fails a test, not all."""

import resource
import select
import subprocess
import sys
from pathlib import Path

MEMORY = 700 * 1024 * 1024
SECONDS = 60
ROOT = Path(__file__).parents[1]


class BoundedReader:
    """`read` gives "read", or the code and status of the refusal, or the name of an exception that is none of ours."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bounded"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

    def read(self, path):
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], SECONDS)[0]:
            return f"no answer in {SECONDS} s"
        return self._process.stdout.readline().strip() or f"ended ({self._process.wait()})"

    def close(self):
        self._process.kill()
        self._process.communicate()


def main():
    from ohai_kg.catalogues import is_workbook_file
    from ohai_kg.catalogues.catalogue import read_catalogue
    from ohai_kg.catalogues.values.registry import Registry
    from ohai_kg.errors import OhaiError
    from ohai_kg.shacl.loading import read_dataset
    from ohai_kg.shacl.reading import read_bytes

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin:
        path = Path(line.rstrip("\n"))
        try:
            if is_workbook_file(path):
                read_catalogue(path, registry=Registry())
            else:
                read_dataset(read_bytes(path, None, None)[0], path.name, None)
            answer = "read"
        except OhaiError as error:
            answer = f"{error.code} {error.status}" if error.zh and error.en else "no words"
        except BaseException as error:  # noqa: BLE001  whatever it is, the test is to name it
            answer = type(error).__name__
        print(answer, flush=True)


if __name__ == "__main__":
    main()
