"""How a page is made: a template, the language asked for, and what every page needs of the site.

A text that people read stands in the template in both languages, `t("中文", "English")`; the address decides
(`?lang=en`), so a link shows everyone the same page. Chinese data on an English page is marked as Chinese by `said`.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from markupsafe import Markup, escape

from ohai_kg.web.http.addresses import linked_at, path_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.responses import HTMLResponse
    from starlette.requests import Request

ERROR_PAGE: Final = "error.html"
LANGUAGES: Final = ("zh", "en")
HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_OWN_ADDRESS: Final = re.compile(rb'\s(?:href|src|action|formaction|data-[a-z-]+)="(?=/(?!/))')
"""An address of this site in a page, which lies under a path where `base_url` has one."""


def language(request: Request) -> str:
    """The language of the answer: `en` where the address says so, else `zh`."""
    return "en" if request.query_params.get("lang") == "en" else "zh"


def render(
    request: Request, template: str, context: dict[str, Any], *, status: int = 200, inline_styles: bool = False
) -> HTMLResponse:
    """The page of a template under templates/.

    `inline_styles` relaxes the content security policy for pages whose scripts write style attributes; nothing else may.
    """
    state = request.app.state
    told_without = template == ERROR_PAGE and state.service.pool.release is None
    shared = {
        "release": None if told_without else asdict(state.service.release.manifest),
        "damaged": list(state.service.pool.follower.damaged),
        "settings": state.project.settings,
        **_speech(request, state.project.settings.base),
    }
    page: HTMLResponse = state.templates.TemplateResponse(request, template, {**shared, **context}, status_code=status)
    if prefix := request.scope.get("app_root_path"):
        page.body = _OWN_ADDRESS.sub(lambda attribute: attribute[0] + prefix.encode(), bytes(page.body))
        page.headers["Content-Length"] = str(len(page.body))
    page.headers["Content-Security-Policy"] = _POLICY.format(styles=" 'unsafe-inline'" if inline_styles else "")
    page.headers["X-Content-Type-Options"] = "nosniff"
    page.headers["Referrer-Policy"] = "same-origin"
    page.headers["Content-Language"] = "en" if language(request) == "en" else "zh-CN"
    return page


def for_people(request: Request) -> bool:
    """Whether a CSV is asked for a spreadsheet program (`bom=1`): with a byte order mark, and no cell that would be run."""
    return request.query_params.get("bom", "").lower() in {"1", "true"}


def localized(request: Request, path: str) -> str:
    """An address of this site in the language of the request."""
    return _links(language(request))(path)


def _speech(request: Request, base: str) -> dict[str, Any]:
    """What templates say texts and links with."""
    lang = language(request)
    return {
        "lang": lang,
        "t": _texts(lang),
        "said": _quoted(lang),
        "href": _links(lang),
        "to": _resources(lang, base),
        "other_language": _in_language(request, "zh" if lang == "en" else "en"),
    }


def _texts(lang: str) -> Callable[[str, str], str]:
    def t(zh: str, en: str) -> str:
        """The text in the language of the page."""
        return en if lang == "en" else zh

    return t


def _quoted(lang: str) -> Callable[[object], Markup]:
    def said(text: object) -> Markup:
        """Text of the data; on an English page Chinese is marked, and English names are joined as in English."""
        shown = escape(text)
        if lang != "en":
            return shown
        if HAN.search(shown):
            return Markup('<span lang="zh-CN">{}</span>').format(shown)
        return shown.replace("、", ", ")

    return said


def _links(lang: str) -> Callable[..., str]:
    def href(path: str, **parameters: object) -> str:
        """An address of this site in the language of the page; parameters that are None or empty are left out."""
        given = {name: str(value) for name, value in parameters.items() if value not in {None, ""}}
        if lang == "en":
            given["lang"] = "en"
        base, hash_mark, fragment = path.partition("#")
        query = urlencode(given)
        joined = f"{base}{'&' if '?' in base else '?'}{query}" if query else base
        return joined + hash_mark + fragment

    return href


def _resources(lang: str, base: str) -> Callable[[str], str]:
    href = _links(lang)

    def to(iri: str) -> str:
        """The address of the page about a thing of the graph, in the language of the page; see `linked_at`."""
        address = linked_at(iri, base)
        return href(address) if address.startswith("/") else address

    return to


def _in_language(request: Request, lang: str) -> str:
    """The address of this very page in the other language."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    if lang == "en":
        pairs.append(("lang", "en"))
    return path_of(request) + (f"?{urlencode(pairs)}" if pairs else "")
