"""Find the content controls of a part and tell which field each is for.

Identity is the xpath of the data binding, then tag, then alias, because LibreOffice 7.4
keeps the first and loses the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from templates_docx.slots import NAMESPACE, ROW, Slot, slots_of
from templates_docx.wordml import attribute, child, local, value
from workflows.forms.fields import Field, FieldType, Form

# The tag of a citation, and the namespace that its data binding names.
CITATION = "samspor:output:"

# The same for the place where the record's line stands.
RECORD = "samspor:record"

_STEP = re.compile(r"(?:(\w[\w.-]*):)?([\w.-]+)(?:\[(\d+)\])?")
_MAPPING = re.compile(r"xmlns:(\w[\w.-]*)\s*=\s*(['\"])(.*?)\2")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a control belongs: field, element below it, row from 1 or 0 for none."""

    field: str
    leaf: str = ""
    row: int = 0
    is_rows: bool = False


@dataclass(frozen=True, kw_only=True)
class Control:
    """One content control as it stands in a part; `cited` as in `O-202@1.0`."""

    element: etree._Element
    properties: etree._Element
    tag: str
    alias: str
    binding: Place | None
    cited: str = ""

    @property
    def content(self) -> etree._Element | None:
        """The element that holds the control's text."""
        return child(self.element, "sdtContent")

    @property
    def shows_placeholder(self) -> bool:
        """Say whether the control is marked as empty."""
        mark = child(self.properties, "showingPlcHdr")
        return mark is not None and value(mark) not in ("0", "false")


@dataclass(frozen=True)
class Slots:
    """The slots of a form by every name that a control may go by."""

    by_tag: Mapping[str, Slot]
    by_alias: Mapping[str, Slot]
    fields: Mapping[str, Field]

    @classmethod
    def of(cls, form: Form, *, language: str) -> Slots:
        """Return the slots of a form; an alias that two share names neither.

        A rich field has no slot, but its control has an alias all the same.
        """
        slots = [slot for field in form.fields for slot in slots_of(field)]
        rich = [field for field in form.fields if field.type is FieldType.RICH]
        labels = [slot.label for slot in slots] + [field.label for field in rich]
        aliases = [label.in_(language) for label in labels]
        by_alias = {
            alias: slot
            for alias, slot in zip(aliases, slots, strict=False)
            if aliases.count(alias) == 1
        }
        return cls({slot.tag: slot for slot in slots}, by_alias, form.by_key)

    def slot_of(self, control: Control) -> Slot | None:
        """Return the slot that a control is for, if any."""
        if control.binding is not None:
            place = control.binding
            tag = f"{place.field}.{place.leaf}" if place.leaf else place.field
            return self.by_tag.get(tag)
        return self.by_tag.get(control.tag) or self._by_alias(control)

    def rich_of(self, control: Control) -> Field | None:
        """Return the rich field that a control is for: by tag, alias or bookmark."""
        key = control.tag or _bookmark_before(control.element)
        field = self.fields.get(key)
        return field if field and field.type is FieldType.RICH else None

    def _by_alias(self, control: Control) -> Slot | None:
        return None if control.tag else self.by_alias.get(control.alias)


def controls(root: etree._Element) -> Iterator[Control]:
    """Yield every control of a part, in document order."""
    for element in root.iter("{*}sdt"):
        control = control_of(element)
        if control is not None:
            yield control


def control_of(element: etree._Element) -> Control | None:
    """Return the control that a `w:sdt` is; one without properties is none."""
    properties = child(element, "sdtPr")
    return None if properties is None else _control(element, properties)


def bookmarked(root: etree._Element) -> dict[str, list[etree._Element]]:
    """Return the starts and ends of each bookmark `s_<key>`, by key, in document order.

    LibreOffice 7.4 writes a bookmark around several paragraphs as two, one at each end.
    """
    marks: dict[str, list[etree._Element]] = {}
    keys: dict[str, str] = {}
    for mark in root.iter("{*}bookmarkStart", "{*}bookmarkEnd"):
        number, name = attribute(mark, "id") or "", attribute(mark, "name") or ""
        if name.startswith("s_"):
            keys[number] = name[2:]
        if number in keys:
            marks.setdefault(keys[number], []).append(mark)
    return marks


def cited_by(tag: str, mappings: str) -> str:
    """Return what a control cites by its tag, else by the mappings of its binding."""
    names = tag, *_mapping(mappings).values()
    cited = (name for name in names if name.startswith(CITATION))
    return next(cited, "").removeprefix(CITATION)


def is_for_record(control: Control) -> bool:
    """Say whether a control is the place of the record's line, by tag or binding."""
    bound = child(control.properties, "dataBinding")
    said = "" if bound is None else attribute(bound, "prefixMappings") or ""
    return control.tag == RECORD or RECORD in _mapping(said).values()


def _control(element: etree._Element, properties: etree._Element) -> Control:
    bound = child(properties, "dataBinding")
    mappings = "" if bound is None else attribute(bound, "prefixMappings") or ""
    xpath = "" if bound is None else attribute(bound, "xpath") or ""
    tag = value(child(properties, "tag")) or ""
    return Control(
        element=element,
        properties=properties,
        tag=tag,
        alias=value(child(properties, "alias")) or "",
        binding=_place(xpath, mappings),
        cited=cited_by(tag, mappings),
    )


@lru_cache(maxsize=256)
def _mapping(mappings: str) -> Mapping[str, str]:
    return {prefix: uri for prefix, _, uri in _MAPPING.findall(mappings)}


# All files of a kind are bound in the same few ways, and are looked through many times.
@lru_cache(maxsize=4096)
def _place(xpath: str, mappings: str) -> Place | None:
    steps = [_STEP.fullmatch(step) for step in xpath.strip("/").split("/")]
    if len(steps) < 2 or not all(steps):
        return None
    found = [step for step in steps if step]
    named = _mapping(mappings).get(found[0][1] or "")
    if named != NAMESPACE or found[0][2] != "document":
        return None
    return _placed([(step[2], int(step[3] or 0)) for step in found[1:]])


def _placed(steps: list[tuple[str, int]]) -> Place | None:
    names = [name for name, _ in steps]
    if len(names) == 1:
        return Place(field=names[0])
    if names[1] != ROW:
        return Place(field=names[0], leaf=names[1])
    if len(names) == 2:
        return Place(field=names[0], is_rows=True)
    return Place(field=names[0], leaf=names[2], row=steps[1][1] or 1)


def _bookmark_before(element: etree._Element) -> str:
    before = element.getprevious()
    if before is None or local(before) != "bookmarkStart":
        return ""
    name = attribute(before, "name") or ""
    return name.removeprefix("s_") if name.startswith("s_") else ""
