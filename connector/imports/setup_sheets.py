"""The workbook that a municipality is set up from: its sheets, columns and drop-downs.

The words of headings, help and choices are in `connector/web/translations/setup.toml`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workflows.decision.bodies import BodyFunction, BodyKind, Side
from workflows.people.kinds import FocusArea, Party, Role
from workflows.people.parties import Confederation


class Kind(enum.Enum):
    """What a cell holds; `NAMES` are several codes or names with semicolons between."""

    TEXT = enum.auto()
    DAY = enum.auto()
    NUMBER = enum.auto()
    MUNICIPALITY_NUMBER = enum.auto()
    YES_NO = enum.auto()
    CHOICE = enum.auto()
    NAMES = enum.auto()


class Language(enum.StrEnum):
    """The written standards that a municipality chooses between."""

    BOKMAAL = "nb"
    NYNORSK = "nn"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A closed list: its codes, and where in the translations their words stand."""

    codes: type[enum.StrEnum]
    words: str


LANGUAGE: Final = Choice(codes=Language, words="codes.language")
ROLE: Final = Choice(codes=Role, words="codes.role")
PARTY: Final = Choice(codes=Party, words="codes.party_name")
FOCUS: Final = Choice(codes=FocusArea, words="codes.focus")
BODY_KIND: Final = Choice(codes=BodyKind, words="setup.choice.body_kind")
SIDE: Final = Choice(codes=Side, words="setup.choice.side")
FUNCTION: Final = Choice(codes=BodyFunction, words="setup.choice.function")
CONFEDERATION: Final = Choice(codes=Confederation, words="setup.choice.confederation")

# A person is never the system itself.
NOBODYS: Final = frozenset({Role.SYSTEM})


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; `of` is the sheet whose codes it names, `example` what may stand."""

    key: str
    kind: Kind = Kind.TEXT
    is_required: bool = False
    choice: Choice | None = None
    default: enum.StrEnum | None = None
    of: str | None = None
    example: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet; `identity` are the columns by which a row is known again."""

    key: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]

    def column(self, key: str) -> Column:
        """Return the column with this key."""
        return next(column for column in self.columns if column.key == key)


def _text(key: str, example: str = "", *, needed: bool = False) -> Column:
    return Column(key=key, is_required=needed, example=example)


def _code(example: str) -> Column:
    return _text("code", example, needed=True)


def _day(key: str, example: str = "", *, needed: bool = False) -> Column:
    return Column(key=key, kind=Kind.DAY, is_required=needed, example=example)


def _names(key: str, of: str, example: str = "", *, needed: bool = False) -> Column:
    return Column(key=key, of=of, is_required=needed, example=example)


def _chosen(
    key: str,
    choice: Choice,
    example: str,
    *,
    needed: bool = True,
    default: enum.StrEnum | None = None,
) -> Column:
    return Column(
        key=key,
        kind=Kind.CHOICE,
        is_required=needed,
        choice=choice,
        default=default,
        example=example,
    )


PERIOD: Final = (_day("valid_from", "12.10.2027", needed=True), _day("valid_to"))

SHEETS: Final = (
    Sheet(
        key="municipality",
        identity=("number",),
        columns=(
            _text("name", "Prøvevik kommune", needed=True),
            Column(
                key="number",
                kind=Kind.MUNICIPALITY_NUMBER,
                is_required=True,
                example="9902",
            ),
            _chosen("language", LANGUAGE, "nb"),
        ),
    ),
    Sheet(
        key="titles",
        identity=("valid_from",),
        columns=(_text("chief_title", "kommunedirektør", needed=True), *PERIOD),
    ),
    Sheet(
        key="programmes",
        identity=("code",),
        columns=(
            _code("PRG1"),
            _text("name", "Heile stillingar 2027–2029", needed=True),
            *PERIOD,
            Column(key="members", kind=Kind.NAMES, example="Nabovik kommune"),
        ),
    ),
    Sheet(
        key="persons",
        identity=("code",),
        columns=(
            _code("P01"),
            _text("name", "Eli Prøve", needed=True),
            _text("title", "hovedtillitsvalgt"),
            _text("email", "eli.prove@provevik.example"),
        ),
    ),
    Sheet(
        key="unions",
        identity=("code",),
        columns=(
            _code("U01"),
            _text("name", "Pleielaget i Prøvevik", needed=True),
            _chosen("confederation", CONFEDERATION, "unio"),
        ),
    ),
    Sheet(
        key="bodies",
        identity=("code",),
        columns=(
            _code("KST"),
            _text("name_nb", "Kommunestyret", needed=True),
            _text("name_nn", "Kommunestyret", needed=True),
            _chosen("body_kind", BODY_KIND, "council"),
            Column(key="seats", kind=Kind.NUMBER, is_required=True, example="21"),
        ),
    ),
    Sheet(
        key="groups",
        identity=("body", "group"),
        columns=(
            _names("body", "bodies", "KST", needed=True),
            _text("group", "Bygdelista", needed=True),
            Column(key="seats", kind=Kind.NUMBER, is_required=True, example="21"),
        ),
    ),
    Sheet(
        key="mandates",
        identity=("code",),
        columns=(
            _code("F01"),
            _names("person", "persons", "P01", needed=True),
            _chosen("role", ROLE, "party_contact"),
            _chosen("party", PARTY, "T", needed=False),
            _text("organisation", "Pleielaget i Prøvevik"),
            _names("project", "projects"),
            _text("basis", "Årsmøtet 1.10.2027"),
            Column(key="signs", kind=Kind.YES_NO, example="ja"),
            *PERIOD,
            _names("deputy_for", "mandates"),
        ),
    ),
    Sheet(
        key="members",
        identity=("body", "person", "function", "valid_from"),
        columns=(
            _names("body", "bodies", "KST", needed=True),
            _names("person", "persons", "P01", needed=True),
            _chosen(
                "side", SIDE, "municipality", needed=False, default=Side.MUNICIPALITY
            ),
            _chosen(
                "function",
                FUNCTION,
                "member",
                needed=False,
                default=BodyFunction.MEMBER,
            ),
            _text("group", "Bygdelista"),
            *PERIOD,
        ),
    ),
    Sheet(
        key="logging",
        identity=("discussed_on",),
        columns=(
            _day("discussed_on", "04.10.2027", needed=True),
            Column(
                key="unions",
                kind=Kind.NAMES,
                of="unions",
                is_required=True,
                example="U01",
            ),
            _text("minutes", "Drøftingsprotokoll 3/27", needed=True),
        ),
    ),
    Sheet(
        key="projects",
        identity=("code",),
        columns=(
            _code("PR1"),
            _text("project_number", "P-2027-01", needed=True),
            _text("name", "Hele stillinger", needed=True),
            _chosen("focus", FOCUS, "full_time"),
            _chosen("language", LANGUAGE, "nb"),
            _names("proposed_by", "mandates", "F01", needed=True),
            _names("programme", "programmes", "PRG1"),
            _text("archive_case", "27/123"),
        ),
    ),
)

SHEET: Final[Mapping[str, Sheet]] = {sheet.key: sheet for sheet in SHEETS}
# What stands in a template beside the sheets that are filled in.
OTHER_SHEETS: Final = ("readme", "example", "lists")
