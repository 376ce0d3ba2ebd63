"""A look at the sector chains of an OLE container before xlrd follows them: it follows a chain that bites its tail for ever."""

from __future__ import annotations

import struct
from typing import Final

_HEADER: Final = 512
_FIRST_LIST: Final = slice(76, 512)  # the first 109 sectors of the allocation table


def chains_end(data: bytes) -> bool:
    """Whether no chain of the allocation table or of the one for short streams runs in a circle."""
    try:
        table = _table(data)
        first_short, shorts = struct.unpack_from("<ii", data, 60)
        short_table = _chained(data, table, first_short, shorts)
    except (struct.error, IndexError):
        return False
    return _acyclic(table) and _acyclic(short_table)


def _size(data: bytes) -> int:
    (shift,) = struct.unpack_from("<H", data, 30)
    return 1 << min(int(shift), 20)


def _sector(data: bytes, number: int) -> tuple[int, ...]:
    """The numbers in a sector; a file cut off at its end has fewer."""
    size = _size(data)
    part = data[_HEADER + number * size : _HEADER + (number + 1) * size]
    return struct.unpack(f"<{len(part) // 4}i", part[: len(part) // 4 * 4])


def _table(data: bytes) -> list[int]:
    """The allocation table: its sectors are listed in the header, and further ones in sectors of their own."""
    listed = [number for number in struct.unpack("<109i", data[_FIRST_LIST]) if number >= 0]
    following, count = struct.unpack_from("<ii", data, 68)
    for _ in range(min(count, len(data) // _size(data) + 1)):
        if following < 0:
            break
        numbers = _sector(data, following)
        listed += [number for number in numbers[:-1] if number >= 0]
        following = numbers[-1]
    return [entry for number in dict.fromkeys(listed) for entry in _sector(data, number)]


def _chained(data: bytes, table: list[int], start: int, count: int) -> list[int]:
    """The numbers in the sectors of a chain, no further than the count the header gives."""
    found: list[int] = []
    for _ in range(min(count, len(table))):
        if not 0 <= start < len(table):
            break
        found += _sector(data, start)
        start = table[start]
    return found


def _acyclic(table: list[int]) -> bool:
    """Whether following the table from any sector comes to an end."""
    done = bytearray(len(table))
    for start in range(len(table)):
        path: list[int] = []
        number = start
        while 0 <= number < len(table) and not done[number]:
            done[number] = 1
            path.append(number)
            number = table[number]
        if 0 <= number < len(table) and done[number] == 1:
            return False
        for passed in path:
            done[passed] = 2
    return True
