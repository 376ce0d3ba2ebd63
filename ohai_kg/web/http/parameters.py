"""What a SPARQL Protocol request says: its parameters, however it was sent (SPARQL 1.1 Protocol, sections 2.1 and 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from ohai_kg.errors import RequestError, UnsupportedMediaType, UploadTooLarge

if TYPE_CHECKING:
    from starlette.requests import Request

FORM: Final = "application/x-www-form-urlencoded"
_MOST_PARAMETERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Parameters:
    """The request's parameters in order."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Every value of a parameter."""
        return [value for key, value in self.pairs if key == name]

    def one(self, name: str) -> str | None:
        """The value of a parameter that may occur once. Raises RequestError where it occurs more often."""
        values = self.all(name)
        if len(values) > 1:
            raise RequestError(f"参数 {name} 只能给一次。", f"The parameter `{name}` may be given once.")
        return values[0] if values else None


def parse(text: bytes) -> Parameters:
    """Parameters of a query string or form. Raises RequestError where they are not UTF-8."""
    try:
        pairs = parse_qsl(text.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except (UnicodeDecodeError, ValueError):
        raise RequestError(
            "请求参数不是按 UTF-8 编码的 application/x-www-form-urlencoded 文本。",
            "The parameters are not UTF-8 text in application/x-www-form-urlencoded form.",
        ) from None
    return Parameters(tuple(pairs))


async def read_operation(request: Request, name: str, direct_type: str, max_bytes: int) -> Parameters:
    """The parameters of a POST, with the operation itself under `name`, sent as a form or directly as `direct_type`.

    Raises UnsupportedMediaType, UploadTooLarge, RequestError.
    """
    media_type = content_type(request)
    body = await read_body(request, max_bytes)
    if media_type == FORM:
        return parse(body)
    if media_type == direct_type:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise RequestError("请求正文不是 UTF-8 文本。", "The body is not UTF-8 text.") from None
        return Parameters((*parse(request.scope["query_string"]).pairs, (name, text)))
    raise UnsupportedMediaType(f"请以表单（{FORM}）或 {direct_type} 提交。", f"Send it as a form ({FORM}) or as {direct_type}.")


def content_type(request: Request) -> str:
    """The media type of the body, in lower case and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The body, up to `max_bytes`. Raises UploadTooLarge before more is read."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > max_bytes:
            raise too_large(max_bytes)
    return bytes(parts)


def too_large(max_bytes: int) -> UploadTooLarge:
    """The body is over the limit."""
    size = max_bytes // 1024
    return UploadTooLarge(f"请求正文超过 {size} kB 的上限。", f"The body is over the limit of {size} kB.")
