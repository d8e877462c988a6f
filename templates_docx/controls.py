"""Content controls as WordprocessingML text. Source: ISO/IEC 29500-1, 17.5.2.

Children of `w:sdtPr` stand in the order of the schema: alias, tag, id, showingPlcHdr,
dataBinding, then the kind of control.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from templates_docx.display import (
    NOT_FILLED,
    TICKED,
    UNTICKED,
    WRITE_HERE,
    placeholder,
    shown,
)
from templates_docx.finding import RECORD
from templates_docx.slots import NO_STORE, PREFIX_MAPPING, STORE_ID, Slot, rows_xpath
from templates_docx.wordml import escape, run
from workflows.forms.fields import Field, FieldType, Required

PLACEHOLDER_LOOK = '<w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr>'
_LOCALE = {"nb": "nb-NO", "nn": "nn-NO"}
_RECORD_ALIAS = {"nb": "Innført i loggen", "nn": "Innført i loggen"}
_TICK_FONT = "MS Gothic"


class Numbers:
    """Numbers for `w:id`, rising, so that no two controls of a file share one."""

    def __init__(self, first: int = 1) -> None:
        self._next: Iterator[int] = itertools.count(first)

    def take(self) -> int:
        """Return a number that nobody has had."""
        return next(self._next)


def bound_control(
    slot: Slot,
    *,
    language: str,
    numbers: Numbers,
    row: int | None = None,
    hint: str = "",
) -> str:
    """Return an empty run-level control, bound to its node in the store."""
    binding = _binding("w:dataBinding", slot.xpath(row))
    hint = hint or placeholder(slot, language=language)
    content = run(hint, properties=PLACEHOLDER_LOOK)
    is_tick = slot.type is FieldType.MULTI
    state = "" if is_tick else "<w:showingPlcHdr/>"
    return _control(
        alias=slot.label.in_(language),
        tag=slot.tag,
        number=numbers.take(),
        properties=state + binding + _kind(slot, language=language),
        content=run(UNTICKED) if is_tick else content,
    )


def loose_control(
    slot: Slot, *, language: str, numbers: Numbers, stored: str = "", look: str = ""
) -> str:
    """Return a run-level control that is bound to nothing, as in another's document.

    `look` is the run properties of its text; an empty one shows what to do there.
    """
    hint = placeholder(slot, language=language)
    words = shown(slot, stored, language=language) if stored else hint
    kind = _kind(slot, language=language)
    if stored and slot.type is FieldType.DATE:
        kind = kind.replace("<w:date>", f'<w:date w:fullDate="{stored}T00:00:00Z">')
    return _control(
        alias=slot.label.in_(language),
        tag=slot.tag,
        number=numbers.take(),
        properties=kind if stored else f"<w:showingPlcHdr/>{kind}",
        content=run(words, properties=look),
    )


def marking_control(
    *, alias: str, tag: str, content: str, numbers: Numbers, is_locked: bool = False
) -> str:
    """Return a control that only marks its content; locked, Word lets nobody edit it.

    Source: ISO/IEC 29500-1, 17.5.2.23 (`w:lock`).
    """
    lock = '<w:lock w:val="sdtContentLocked"/>' if is_locked else ""
    return _control(
        alias=alias,
        tag=escape(tag),
        number=numbers.take(),
        properties=lock,
        content=content,
    )


def record_control(*, language: str, numbers: Numbers) -> str:
    """Return the locked place where a document says what the record tells of it.

    Its binding is to nothing and only bears the name, as that of a citation does.
    """
    binding = (
        f'<w:dataBinding w:prefixMappings="xmlns:c=\'{RECORD}\'" w:xpath="/c:none" '
        f'w:storeItemID="{NO_STORE}"/><w:text w:multiLine="1"/>'
    )
    return _control(
        alias=_RECORD_ALIAS[language],
        tag=RECORD,
        number=numbers.take(),
        properties=f'<w:lock w:val="sdtContentLocked"/>{binding}',
        content=run(""),
    )


def rich_control(field: Field, *, language: str, numbers: Numbers, style: str) -> str:
    """Return an empty block-level control inside the bookmark `s_<key>`."""
    number = numbers.take()
    text = run(rich_hint(field, language=language), properties=PLACEHOLDER_LOOK)
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{text}</w:p>'
    control = _control(
        alias=field.label.in_(language),
        tag=field.key,
        number=number,
        properties="<w:showingPlcHdr/>",
        content=paragraph,
    )
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="s_{field.key}"/>{control}'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )


def rich_hint(field: Field, *, language: str) -> str:
    """Return what an empty rich control says: its fixed clause, its help, or a call."""
    said = field.fixed or field.help
    if said:
        return said.in_(language)
    is_optional = field.required is Required.OPTIONAL
    return NOT_FILLED[language] if is_optional else WRITE_HERE


def repeating_rows(field: Field, row: str, *, language: str, numbers: Numbers) -> str:
    """Return a repeating section around one pattern row, so that Word can add rows."""
    binding = _binding("w15:dataBinding", rows_xpath(field.key))
    item = row_control(field.key, row, numbers=numbers, is_repeated=True)
    return _control(
        alias=field.label.in_(language),
        tag=field.key,
        number=numbers.take(),
        properties=f"{binding}<w15:repeatingSection/>",
        content=item,
    )


def row_control(tag: str, row: str, *, numbers: Numbers, is_repeated: bool) -> str:
    """Return a control around one table row."""
    kind = "<w15:repeatingSectionItem/>" if is_repeated else ""
    return _control(
        alias="", tag=f"{tag}.row", number=numbers.take(), properties=kind, content=row
    )


def _control(
    *, alias: str, tag: str, number: int, properties: str, content: str
) -> str:
    name = f'<w:alias w:val="{escape(alias)}"/>' if alias else ""
    head = f'{name}<w:tag w:val="{tag}"/><w:id w:val="{number}"/>{properties}'
    body = f"<w:sdtContent>{content}</w:sdtContent>"
    return f"<w:sdt><w:sdtPr>{head}</w:sdtPr>{body}</w:sdt>"


def _binding(element: str, xpath: str) -> str:
    return (
        f'<{element} w:prefixMappings="{PREFIX_MAPPING}" w:xpath="{xpath}" '
        f'w:storeItemID="{STORE_ID}"/>'
    )


def _kind(slot: Slot, *, language: str) -> str:
    if slot.type is FieldType.DATE:
        return _date(slot, language=language)
    if slot.type is FieldType.CHOICE:
        return _list(slot, language=language)
    if slot.type is FieldType.MULTI:
        return _tick()
    return '<w:text w:multiLine="1"/>'


def _date(slot: Slot, *, language: str) -> str:
    pattern = "dd.MM.yyyy" if slot.in_table else "d. MMMM yyyy"
    return (
        f'<w:date><w:dateFormat w:val="{pattern}"/><w:lid w:val="{_LOCALE[language]}"/>'
        '<w:storeMappedDataAs w:val="date"/><w:calendar w:val="gregorian"/></w:date>'
    )


def _list(slot: Slot, *, language: str) -> str:
    items = "".join(
        f'<w:listItem w:displayText="{escape(choice.label.in_(language))}" '
        f'w:value="{escape(choice.key)}"/>'
        for choice in slot.choices
    )
    return f"<w:dropDownList>{items}</w:dropDownList>"


def _tick() -> str:
    states = "".join(
        f'<w14:{state} w14:val="{ord(sign):04X}" w14:font="{_TICK_FONT}"/>'
        for state, sign in (("checkedState", TICKED), ("uncheckedState", UNTICKED))
    )
    return f'<w14:checkbox><w14:checked w14:val="0"/>{states}</w14:checkbox>'
