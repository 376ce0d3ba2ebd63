"""What an imported catalogue is called: its issuer from the registry, its key, and the national domain in its title."""

from __future__ import annotations

import difflib
import hashlib
import re
from typing import TYPE_CHECKING, Final

from ohai_kg.errors import IssuerUnknown, RequestError
from ohai_kg.namespaces import DEF, SKOS, ZWGK
from ohai_kg.office.wording import squeezed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.catalogues.known import Known

_REGION: Final = re.compile(r"\d{6}(?:\d{6})?")
_ELSEWHERE: Final = re.compile(r"(\d{6}(?:\d{6})?)(?:-[a-z0-9]+)*")
_GOVERNMENT: Final = re.compile(r"[省市区县旗州盟乡镇]?(?:人民)?政府")
_KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOMAIN: Final = f"{DEF}national-domain/"
_LABELS: Final = frozenset({f"{SKOS}prefLabel", f"{SKOS}altLabel", f"{SKOS}hiddenLabel"})


def find_issuer(code: str, known: Known) -> str | None:
    """The IRI of the unit that issues a catalogue: a unit's key, or a region code for the government of the region.

    None for a well-formed code of a region of which nothing is registered: catalogues of other districts are taken in
    under their codes. Raises IssuerUnknown, which names the nearest there is.
    """
    units = _units(known)
    if (elsewhere := _ELSEWHERE.fullmatch(code)) and not any(key.startswith(f"{elsewhere[1]}-") for key in units):
        return None
    if code in units:
        return f"{known.base}id/unit/{code}"
    if _REGION.fullmatch(code):
        own = {key: names for key, names in units.items() if key.startswith(f"{code}-")}
        governments = [key for key, names in own.items() if any(_GOVERNMENT.fullmatch(name) for name in names)]
        if len(governments) == 1:
            return f"{known.base}id/unit/{governments[0]}"
        if own:
            raise _unknown(code, sorted(governments or own))
    named = known.registry.party(code) or ""
    near = [named.rpartition("/")[2]] if named.startswith(f"{known.base}id/unit/") else []
    regions = {match[0] for key in units if (match := _REGION.match(key))}
    raise _unknown(code, near or difflib.get_close_matches(code, [*units, *regions], n=3, cutoff=0.5))


def check_key(key: str) -> str:
    """The key, if it can stand in an address and is not taken for a number or a date. Raises RequestError."""
    if not _KEY.fullmatch(key) or not re.search(r"[a-z]", key):
        raise RequestError(
            f"--key 应由小写字母、数字和连字符组成并至少有一个字母，如 jiuye-2024；现为 {key}。",
            f"--key takes a-z, 0-9 and hyphens with at least one letter, such as jiuye-2024; found {key}.",
        )
    return key


def default_key(domain: str | None, file_stem: str, title: str) -> str:
    """A key that the same catalogue gets again: its domain, else the letters of its file name, else a digest of its title."""
    if domain:
        return domain
    slug = re.sub(r"[^a-z0-9]+", "-", file_stem.lower()).strip("-")
    if slug.isascii() and re.search(r"[a-z]{2}", slug) and not re.search(r"[\u4e00-\u9fff]", file_stem):
        return slug
    return f"mulu-{hashlib.sha256(squeezed(title).encode()).hexdigest()[:8]}"


def find_domain(texts: tuple[str, ...], known: Known) -> str | None:
    """The notation of the national domain that the first of the texts to name any names; None where it names several."""
    labels: dict[str, str] = {}
    for quad in known.context:
        if quad.predicate.value in _LABELS and str(getattr(quad.subject, "value", "")).startswith(_DOMAIN):
            labels[squeezed(str(getattr(quad.object, "value", "")))] = str(getattr(quad.subject, "value", ""))
    for text in map(squeezed, texts):
        found = [label for label in labels if label and label in text]
        # 社会救助 is not 救助 as well: a name inside a longer one that was found does not count
        longest = {labels[label] for label in found if not any(label != other and label in other for other in found)}
        if len(longest) == 1:
            return longest.pop().removeprefix(_DOMAIN)
        if longest:
            return None
    return None


def _units(known: Known) -> Mapping[str, set[str]]:
    """Key to names of every registered unit."""
    start = f"{known.base}id/unit/"
    unit = f"{ZWGK}PublicUnit"
    names: dict[str, set[str]] = {
        iri.removeprefix(start): set() for iri, kind in known.registry.classes.items() if kind == unit and iri.startswith(start)
    }
    for name, iri in known.registry.parties.items():
        if (key := iri.removeprefix(start)) in names:
            names[key].add(name)
    return names


def _unknown(code: str, near: list[str]) -> IssuerUnknown:
    shown = near[:8]
    hint_zh = f"可用：{'、'.join(shown)}" if shown else "请先在 data/registry/units.csv 中登记"
    hint_en = f"there are {', '.join(shown)}" if shown else "register the unit in data/registry/units.csv first"
    return IssuerUnknown(
        f"--issuer 应为登记单位的键，或有一个登记政府的行政区划代码；现为 {code}；{hint_zh}。",
        f"--issuer takes the key of a registered unit, or the code of a region with one registered government; "
        f"found {code}; {hint_en}.",
    )
