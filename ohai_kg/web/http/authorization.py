"""The token that allows writing: one comparison, in constant time, never logged."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from ohai_kg.errors import TokenNeeded, WritingOff

if TYPE_CHECKING:
    from ohai_kg.settings import Settings


def require_token(authorization: str | None, settings: Settings) -> None:
    """Raise WritingOff where no token is set, TokenNeeded where `authorization` (the header) does not carry it."""
    token = settings.write_token
    if token is None:
        raise WritingOff(
            "写入未开启：请设置 OHAI_KG_TOKEN 后重新启动服务。", "Writing is off: set OHAI_KG_TOKEN and start the server again."
        )
    scheme, _, given = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise TokenNeeded(
            "请在请求头 Authorization 中以 Bearer 方式给出令牌。", "Give the token in the header `Authorization: Bearer ...`."
        )
