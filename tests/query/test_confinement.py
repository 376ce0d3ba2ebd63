"""A confined process has no way to another host; what it holds already keeps working."""

import subprocess
import sys

import pytest

_CONFINED = """
import ctypes, errno, socket, threading
from ohai_kg.confinement import deny_sockets

waiting, held = threading.Event(), socket.socket()
listener = socket.create_server(("127.0.0.1", 0))
refused = []

def attempt(what, *arguments):
    try:
        what(*arguments)
    except PermissionError:
        refused.append(what.__name__)

def elsewhere():
    waiting.wait()
    attempt(socket.socket)

thread = threading.Thread(target=elsewhere)
thread.start()
assert deny_sockets() and deny_sockets()
waiting.set()
thread.join()
attempt(socket.create_connection, listener.getsockname())
attempt(held.connect, listener.getsockname())
attempt(socket.socket, socket.AF_UNIX)
libc = ctypes.CDLL(None, use_errno=True)
assert libc.syscall(425, 1, 0) == -1 and ctypes.get_errno() == errno.EACCES  # io_uring_setup
one, other = socket.socketpair()
one.sendall(b"still here")
print(refused, other.recv(20))
"""


def test_a_confined_process_opens_and_connects_no_socket_in_any_thread_and_keeps_its_pairs():
    told = subprocess.run([sys.executable, "-c", _CONFINED], check=False, capture_output=True, text=True, timeout=30)
    assert told.stderr == ""
    assert told.stdout == "['socket', 'create_connection', 'connect', 'socket'] b'still here'\n"


_COMMAND = """
import contextlib, socket
from ohai_kg.cli import main
with contextlib.suppress(SystemExit):
    main()
try:
    socket.socket().close()
    print("sockets")
except PermissionError:
    print("no sockets")
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(["query", "--help"], "no sockets"), (["build", "--help"], "no sockets"), (["serve", "--help"], "sockets")],
)
def test_a_command_has_no_sockets_unless_it_serves(arguments, expected):
    told = subprocess.run([sys.executable, "-c", _COMMAND, *arguments], check=True, capture_output=True, text=True, timeout=30)
    assert told.stdout.splitlines()[-1] == expected
