"""What one cell or one JSON value means: text, day, case number, yes or no, link.

Each function raises `ValueRefusedError` for a value that it cannot use.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from connector.imports.errors import ValueRefusedError
from connector.imports.problems import problem, shortened
from connector.imports.records import CaseNumber, OtherCase
from workflows.clock import norwegian_date

MAX_TEXT = 200_000
FIRST_YEAR, LAST_YEAR = (1950, 2100)
HIGHEST_SEQUENCE = 99_999

_YES: Final = frozenset({"ja", "j", "yes", "true", "sann", "1", "x"})
_NO: Final = frozenset({"nei", "n", "no", "false", "usann", "0"})
_NOTHING: Final = frozenset({"", "-", "–", "—", "nei", "ingen"})
# A yes is no legal basis: it says that the row is exempt, and not by what provision.
_BASIS_UNSAID: Final = _YES | {"unntatt", "unnateke", "unnateken", "hemmelig"}

_NOT_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ISO: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ](.+))?", re.DOTALL)
_NORWEGIAN: Final = re.compile(
    r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})"
    r"(?:\s+(?:kl\.?\s*)?[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?)?"
)
_NUMBER: Final = re.compile(
    r"(?:(?P<type>[a-zæøå]{1,4})[\s.-]*)?(?P<seq>[0-9]{1,5})\s*/\s*(?P<year>[0-9]{2,4})",
    re.IGNORECASE,
)

_AT_END: Final = re.compile(r"(?:\b[A-ZÆØÅ]{2}[\s.-]*)?\b[0-9]{1,5}\s*/\s*[0-9]{2,4}$")


def clean_text(raw: str) -> str:
    """Return the text without space around it, with newlines between lines.

    Characters that XML 1.0, and so a Word file, cannot carry are refused by name.
    """
    if len(raw) > MAX_TEXT:
        raise ValueRefusedError(problem("too_long", MAX_TEXT))
    text = re.sub("\r\n|[\r\v\f]", "\n", raw).strip()
    unprintable = _NOT_XML.search(text)
    if unprintable:
        name = f"U+{ord(unprintable[0]):04X}"
        raise ValueRefusedError(problem("control_character", name))
    return text


def one_line(raw: str) -> str:
    """Return the text on one line, required: for titles and names."""
    text = " ".join(clean_text(raw).split())
    if not text:
        raise ValueRefusedError(problem("missing"))
    return text


def day_of(raw: str) -> date:
    """Return the Norwegian day: 2026-03-03, 03.03.2026, or an ISO instant.

    An instant with an offset is moved to Norwegian time before its day is taken:
    22.00 UTC in summer is midnight here, on the next day.
    """
    text = raw.strip()
    try:
        day = _iso_day(text) or _norwegian_day(text)
    except (ValueError, OverflowError):
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueRefusedError(
            problem("bad_date", shortened(raw)) if text else problem("missing")
        )
    return day


def case_number(raw: str, *, default_type: str) -> CaseNumber:
    """Return the number of «PS 12/26», «PS 12/2026» or «12/26» (`default_type`)."""
    text = " ".join(raw.split())
    if not text:
        raise ValueRefusedError(problem("missing"))
    if _ISO.fullmatch(text):
        raise ValueRefusedError(problem("number_is_date"))
    found = _NUMBER.fullmatch(text)
    number = found and _number(found, default_type=default_type)
    if not number:
        raise ValueRefusedError(problem("bad_number", shortened(raw)))
    return number


def other_case(raw: str, *, default_type: str) -> OtherCase | None:
    """Return the treatment of «PS 12/26» or «KST PS 12/26», `None` for nothing."""
    text = " ".join(raw.split())
    if not text:
        return None
    found = _AT_END.search(text)
    if found is None:
        raise ValueRefusedError(problem("bad_number", shortened(raw)))
    body = text[: found.start()].strip(" ,:–-")
    number = case_number(found[0], default_type=default_type)
    return OtherCase(number=number, body_name=body or None)


def full_year(year: int) -> int | None:
    """Return the year with its century, or `None` where it cannot be a case's year."""
    full = year + 2000 if 0 <= year <= 99 else year
    return full if FIRST_YEAR <= full <= LAST_YEAR else None


def yes_no(raw: str) -> bool | None:
    """Return what ja or nei means; `None` for nothing: not told."""
    word = raw.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if word:
        raise ValueRefusedError(problem("bad_yes_no", shortened(raw)))
    return None


def web_link(raw: str) -> str | None:
    """Return an http or https address, or `None` for nothing."""
    text = raw.strip()
    if text and not _is_web(text):
        raise ValueRefusedError(problem("bad_link", shortened(raw)))
    return text or None


def legal_basis(raw: str) -> str | None:
    """Return the provision that a row is exempt by, or `None`: it is public.

    «nei», «ingen» and a dash mean public. «ja» alone is refused: the provision must
    be said (offentleglova § 31: a refusal shall state the provision).
    """
    text = " ".join(clean_text(raw).split())
    if text.casefold() in _NOTHING:
        return None
    if text.casefold() in _BASIS_UNSAID:
        raise ValueRefusedError(problem("no_legal_basis"))
    return text


def _iso_day(text: str) -> date | None:
    found = _ISO.fullmatch(text)
    if not found:
        return None
    if not found[2]:
        return date.fromisoformat(found[1])
    instant = datetime.fromisoformat(text)
    return instant.date() if instant.tzinfo is None else norwegian_date(instant)


def _norwegian_day(text: str) -> date | None:
    found = _NORWEGIAN.fullmatch(text)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else None


def _number(found: re.Match[str], *, default_type: str) -> CaseNumber | None:
    seq, year = (int(found["seq"]), full_year(int(found["year"])))
    # «2026/12» is a year and a number, or a number and a year: not for us to choose.
    is_turned = len(found["year"]) == 2 and full_year(seq) == seq
    if year is None or seq == 0 or is_turned or len(found["year"]) == 3:
        return None
    kind = (found["type"] or "sak").upper()
    return CaseNumber(type=default_type if kind == "SAK" else kind, seq=seq, year=year)


def _is_web(text: str) -> bool:
    if not text.isprintable() or " " in text:
        return False
    try:
        address = urlsplit(text)
        host = address.hostname
    except ValueError:
        return False
    return (
        address.scheme in {"http", "https"} and bool(host) and "@" not in address.netloc
    )
