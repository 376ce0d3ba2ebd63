"""What a process that handles text of strangers may not do: open sockets, take more memory, open files, outlive its parent.

Linux only, and complete there (kernel 3.17, x86_64 and aarch64). Elsewhere memory and sockets are not limited: federation
is then refused by reading the text alone (`federation.py`).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct
import sys
from typing import Final, NamedTuple

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

STACK_BYTES: Final = 64 * 1024 * 1024
"""What the stack of a process that evaluates may grow to: the engine goes down into a query by recursion."""
_FILES_KEPT: Final = 64
_WINDOWS_STACK_BYTES: Final = 1_000_000
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_PDEATHSIG: Final = 1
_SECCOMP_SET_MODE_FILTER: Final = 1
_SECCOMP_FILTER_FLAG_TSYNC: Final = 1
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EACCES
# Classic BPF (linux/bpf_common.h): load a word, compare and jump, return.
_LOAD: Final = 0x20
_IF_EQUAL: Final = 0x15
_IF_AT_LEAST: Final = 0x35
_RETURN: Final = 0x06
_NUMBER: Final = 0
_ARCHITECTURE: Final = 4
_X32: Final = 0x40000000
"""From here on x86_64 numbers the calls of another interface, x32."""


class _Calls(NamedTuple):
    """System calls by number on one architecture (linux/audit.h, asm/unistd.h)."""

    architecture: int
    seccomp: int
    refused: tuple[int, ...]


# socket, connect, io_uring_setup (which opens sockets without the first two).
_CALLS: Final = {
    "x86_64": _Calls(0xC000003E, 317, (41, 42, 425)),
    "aarch64": _Calls(0xC00000B7, 277, (198, 203, 425)),
}


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def deny_sockets() -> bool:
    """Let no thread of this process, nor any child, make a socket or connect one: the calls fail with EACCES.

    For good, it cannot be undone. Pairs of sockets (`socketpair`) and open connections go on working. False where this
    system has no such thing (not Linux, or an architecture or a kernel without it).
    """
    calls = _CALLS.get(platform.machine()) if sys.platform == "linux" else None
    if calls is None:
        return False
    program = _refusal(calls)
    libc = ctypes.CDLL(None, use_errno=True)
    prepared = _Program(len(program) // 8, program)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not libc.syscall(calls.seccomp, _SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC, ctypes.byref(prepared))


def _refusal(calls: _Calls) -> bytes:
    """The filter: refuse calls of any other architecture or interface (they have other numbers), and those listed."""
    numbers = [(_IF_AT_LEAST, _X32), *((_IF_EQUAL, number) for number in calls.refused)]
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), (_IF_EQUAL, 0, len(numbers) + 2, calls.architecture), (_LOAD, 0, 0, _NUMBER)]
    lines += [(operation, len(numbers) - index, 0, number) for index, (operation, number) in enumerate(numbers)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def confine(memory_bytes: int, *, files: bool) -> None:
    """Limit this process to `memory_bytes` more than it has; without `files` it can open nothing any more."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_memory(memory_bytes)
    if not files and sys.platform == "linux":
        # The limit is on numbers: none is free below it, those in use stay usable.
        highest = max((int(name) for name in os.listdir("/proc/self/fd")), default=_FILES_KEPT)  # noqa: PTH208
        free = [number for number in range(highest + 1) if not _is_open(number)]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min([*free, highest + 1]),) * 2)


def grow_stack() -> None:
    """Let the stack of this process' first thread, and of its forks, grow to STACK_BYTES where the system allows it."""
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
        wanted = STACK_BYTES if hard == resource.RLIM_INFINITY else min(STACK_BYTES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))


def stack_bytes() -> int:
    """How large the stack of this process' first thread may grow, STACK_BYTES at most."""
    if resource is None:
        return _WINDOWS_STACK_BYTES
    soft = resource.getrlimit(resource.RLIMIT_STACK)[0]
    return STACK_BYTES if soft == resource.RLIM_INFINITY else min(STACK_BYTES, soft)


def limit_memory(memory_bytes: int) -> None:
    """Let the data of this process grow by so much; undone by `unlimit_memory`."""
    if sys.platform != "linux":
        return
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  before files are forbidden
        pages = int(file.read().split()[5])
    resource.setrlimit(resource.RLIMIT_DATA, (pages * resource.getpagesize() + memory_bytes, resource.RLIM_INFINITY))


def unlimit_memory() -> None:
    """Take the memory limit back."""
    resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def die_with_parent(*, wanted: bool = True) -> None:
    """Ask the kernel to kill this process when its parent dies (Linux; elsewhere it ends with its next answer), or not to."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL if wanted else 0)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
