"""Taking a body in: a file goes to disk as it comes, and whatever is over a limit is refused before it is taken."""

from __future__ import annotations

import contextlib
import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from ohai_kg.catalogues import VAGUE
from ohai_kg.errors import RequestError, StorageFull, UploadTooLarge, ValidationQueueFull
from ohai_kg.web.http.parameters import content_type

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from pathlib import Path

    from starlette.datastructures import FormData
    from starlette.requests import Request

_FORM_BYTES: Final = 1_000_000
"""What a form without a file may take, and one with a file besides the file."""
_FIELD_BYTES: Final = 8192
_MOST_FIELDS: Final = 10_000
_MOST_PARTS: Final = 200
"""Fields, and files, of a form with files; each is held in memory up to a limit of its own."""
_MOST_OF_NAME: Final = 255
_MOST_DIGITS: Final = 15
_WRITE_BYTES: Final = 1 << 18


class _FormWithFile(MultiPartParser):
    """A form whose files lie on disk but for their beginning."""

    spool_max_size = 65536


class Receiving:
    """The bodies that are coming in: all together they may not fill the disk."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0

    async def parts(self, request: Request, limit: int, refusal: UploadTooLarge) -> AsyncGenerator[bytes, None]:
        """The body in parts. Raises `refusal` before more than `limit` bytes are taken, ValidationQueueFull."""
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and (len(declared) > _MOST_DIGITS or int(declared) > limit):
            raise refusal
        seen = 0
        try:
            async for part in request.stream():
                if seen + len(part) > limit:
                    raise refusal
                if self._bytes + len(part) > self._most_bytes:
                    raise ValidationQueueFull(
                        "正在接收的文件过多，请稍后重试。", "Too many files are coming in; try again shortly."
                    )
                seen += len(part)
                self._bytes += len(part)
                yield part
        finally:
            self._bytes -= seen


@dataclass(frozen=True, slots=True)
class Received:
    """What came besides the bytes of the file. `declared`: its format name or media type, None where nothing tells."""

    name: str
    declared: str | None
    profiles: list[str]
    columns: list[str]
    has_shapes: bool


async def receive_file(request: Request, into: Path, receiving: Receiving, limit_mb: int) -> Received:
    """Write the file of a request, body or field `file`, to `into`; parameters may stand in the address or in the form.

    Raises RequestError, UploadTooLarge, ValidationQueueFull, StorageFull.
    """
    too_large = UploadTooLarge(f"文件超过 {limit_mb} MB 的上限。", f"The file is over the limit of {limit_mb} MB.")
    limit = limit_mb << 20
    asked = request.query_params
    profiles, columns, has_shapes = asked.getlist("profile"), asked.getlist("columns"), "shapes" in asked
    media_type = content_type(request)
    if media_type != "multipart/form-data":
        with _told():
            await _write(receiving.parts(request, limit, too_large), into)
        name, declared = asked.get("name") or _name_of(request), asked.get("format") or media_type
    else:
        fields = await _form(request, receiving.parts(request, limit + _FORM_BYTES, too_large))
        try:
            file = fields.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise RequestError("请选择一个文件（字段 file）。", "Choose a file (field `file`).")
            if (file.size or 0) > limit:
                raise too_large
            with _told():
                await _write(_parts_of(file), into)
            name, declared = file.filename, str(fields.get("format") or asked.get("format") or "")
            profiles += [str(value) for value in fields.getlist("profile")]
            columns += [str(value) for value in fields.getlist("columns")]
            has_shapes = has_shapes or "shapes" in fields
        finally:
            await fields.close()
    return Received(name[-_MOST_OF_NAME:], None if declared in VAGUE else declared, profiles, columns, has_shapes)


async def receive_fields(request: Request, receiving: Receiving) -> FormData:
    """A form without a file, however it is sent. Raises RequestError, UploadTooLarge."""
    size = _FORM_BYTES // 1000
    too_large = UploadTooLarge(f"表单超过 {size} kB 的上限。", f"The form is over the limit of {size} kB.")
    return await _form(request, receiving.parts(request, _FORM_BYTES, too_large))


async def _form(request: Request, parts: AsyncGenerator[bytes, None]) -> FormData:
    try:
        with _told():
            async with contextlib.aclosing(parts):
                if content_type(request) != "multipart/form-data":
                    return await FormParser(request.headers, parts, max_fields=_MOST_FIELDS, max_part_size=_FIELD_BYTES).parse()
                return await _FormWithFile(
                    request.headers, parts, max_files=_MOST_PARTS, max_fields=_MOST_PARTS, max_part_size=_FIELD_BYTES
                ).parse()
    except MultiPartException as error:
        if "aximum" in error.message:  # the parser has one class for both
            raise UploadTooLarge(
                f"表单超出上限：一栏至多 {_FIELD_BYTES} 字节，栏目和文件至多各 {_MOST_PARTS} 个。",
                f"The form is over a limit: {_FIELD_BYTES} bytes a field, {_MOST_PARTS} fields and as many files.",
            ) from None
        raise RequestError("表单格式有误，无法读取。", "The form is not well-formed and cannot be read.") from None


async def _write(parts: AsyncGenerator[bytes, None], into: Path) -> None:
    """Write to disk beside the event loop, a good deal at a time."""
    held = bytearray()
    with into.open("wb", buffering=0) as file:
        async with contextlib.aclosing(parts):
            async for part in parts:
                held += part
                if len(held) >= _WRITE_BYTES:
                    await run_in_threadpool(file.write, bytes(held))
                    held.clear()
        await run_in_threadpool(file.write, bytes(held))


async def _parts_of(file: UploadFile) -> AsyncGenerator[bytes, None]:
    while part := await file.read(_WRITE_BYTES):
        yield part


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Errors of the way in as errors of ours."""
    try:
        yield
    except ClientDisconnect:
        raise RequestError("客户端已断开。", "The client has gone.") from None
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise StorageFull("服务器磁盘已满，请稍后重试。", "The server's disk is full; try again later.") from None


def _name_of(request: Request) -> str:
    """The file name that a client gave in Content-Disposition, else a word for it."""
    _, parameters = parse_options_header(request.headers.get("content-disposition", ""))
    return parameters.get(b"filename", b"").decode("utf-8", errors="replace") or "data"
