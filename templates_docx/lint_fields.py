"""What is wrong with the controls of a template, one finding for each fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from templates_docx.finding import Control
from templates_docx.lint_controls import Controls, Placed, Stray
from templates_docx.lint_texts import About, TemplateFinding, template_finding
from templates_docx.slots import is_signing, party_choices, slots_of
from templates_docx.usable import is_clause_kept, is_needed
from templates_docx.wordml import local
from workflows.forms.fields import Field, FieldType, Form, Required

_KINDS = {
    "date": "date",
    "dropDownList": "list",
    "comboBox": "list",
    "checkbox": "checkbox",
    "text": "text",
    "picture": "picture",
}
_EXPECTED = {
    FieldType.DATE: "date",
    FieldType.CHOICE: "list",
    FieldType.MULTI: "checkbox",
}
_KIND_WORDS = {
    "nb": {
        "date": "dato",
        "list": "liste",
        "checkbox": "avkrysning",
        "text": "tekst",
        "picture": "bilde",
        "rich": "rik tekst",
    },
    "nn": {
        "date": "dato",
        "list": "liste",
        "checkbox": "avkryssing",
        "text": "tekst",
        "picture": "bilete",
        "rich": "rik tekst",
    },
}
_TEXT_BOX = "txbxContent"
_RANGES = {
    "customXmlInsRangeStart": "field-in-insertion",
    "customXmlDelRangeStart": "field-in-deletion",
    "customXmlMoveToRangeStart": "field-in-move",
    "customXmlMoveFromRangeStart": "field-in-deletion",
}
_CHANGES = {
    "ins": "field-in-insertion",
    "del": "field-in-deletion",
    "moveTo": "field-in-move",
    "moveFrom": "field-in-deletion",
}


def field_findings(found: Controls) -> Iterator[TemplateFinding]:
    """Yield what is wrong with the fields of a template, and which have no place."""
    teller = _Teller(found)
    explained: set[str] = set()
    for finding in teller.of_controls():
        explained.add(finding.where)
        yield finding
    for field in found.form.fields:
        if field.key not in found.fields | explained:
            yield teller.left_out(field)


def changed_around(control: Control) -> str:
    """Return the code for the tracked change that a control stands in, or nothing."""
    codes = [
        *(_CHANGES.get(local(above), "") for above in control.element.iterancestors()),
        *(_change_of_row(row) for row in control.element.iterancestors("{*}tr")),
        _RANGES.get(_before(control.element), ""),
        _change_inside(control.content),
    ]
    return next(filter(None, codes), "")


@dataclass(frozen=True)
class _Teller:
    found: Controls

    def of_controls(self) -> Iterator[TemplateFinding]:
        told: set[str] = set()
        for stray in self.found.strays:
            # An identifier that all bindings have wrong is one fault.
            is_same = stray.is_bound_wrong and stray.told in told
            told.add(stray.told)
            if not is_same:
                yield self._stray(stray)
        for key, placed in self.found.by_field().items():
            yield from self._changes(placed)
            yield from self._kinds(placed)
            yield from self._structure(placed)
            yield from self._parts(key, placed)

    def left_out(self, field: Field) -> TemplateFinding:
        code = "missing-field"
        if field.required is Required.OPTIONAL:
            code = "left-out-field"
        elif not is_needed(field):
            code = "missing-conditional-field"
        place = _section_of(self.found.form, field, language=self.found.language)
        return self._finding(code, field, place=place)

    def _finding(
        self, code: str, field: Field, *, place: str, told: str = ""
    ) -> TemplateFinding:
        language = self.found.language
        label = field.label.in_(language)
        return template_finding(
            code,
            About(key=field.key, label=label, told=told),
            language=language,
            place=place,
            is_fatal=field.key in self.found.missing,
        )

    def _tell(self, code: str, one: Placed, told: str = "") -> TemplateFinding:
        place = one.sheet.place(one.control.element)
        return self._finding(code, one.field, place=place, told=told)

    def _stray(self, stray: Stray) -> TemplateFinding:
        place = stray.sheet.place(stray.control.element)
        if not stray.key:
            about = About(told=stray.told)
            return template_finding(
                "unknown-field",
                about,
                language=self.found.language,
                place=place,
                where=stray.told,
            )
        code = "broken-binding" if stray.is_bound_wrong else "misspelt-field"
        field = self.found.form.field(stray.key)
        return self._finding(code, field, place=place, told=stray.told)

    def _changes(self, placed: list[Placed]) -> Iterator[TemplateFinding]:
        """A table of which every cell stands in a change is one finding."""
        told: set[str] = set()
        for one in placed:
            code = changed_around(one.control)
            if code and code not in told:
                told.add(code)
                yield self._tell(code, one)
        boxed = [one for one in placed if _is_boxed(one.control.element)]
        if boxed:
            yield self._tell("field-in-text-box", boxed[0])

    def _kinds(self, placed: list[Placed]) -> Iterator[TemplateFinding]:
        words = _KIND_WORDS[self.found.language]
        by_tag: dict[str, list[Placed]] = defaultdict(list)
        for one in placed:
            if one.slot is not None:
                by_tag[one.slot.tag].append(one)
        for same in by_tag.values():
            kinds = list(dict.fromkeys(_kind_of(one.control) for one in same))
            wrong = [one for one in same if _kind_of(one.control) != _expected(one)]
            if len(kinds) > 1:
                told = ", ".join(words[kind] for kind in kinds)
                yield self._tell("contradictory-kinds", wrong[0], told)
            elif wrong:
                told = f"{words[kinds[0]]}, {words[_expected(wrong[0])]}"
                yield self._tell("wrong-kind", wrong[0], told)

    def _structure(self, placed: list[Placed]) -> Iterator[TemplateFinding]:
        loose = [one for one in placed if _is_loose_cell(one, placed)]
        if loose:
            yield self._tell("no-repeating-row", loose[0])
        rich = [one for one in placed if one.field.type is FieldType.RICH]
        for one in rich:
            yield from self._rich(one)
        if len(rich) > 1:
            yield self._tell("rich-twice", rich[1])

    def _rich(self, one: Placed) -> Iterator[TemplateFinding]:
        content = one.control.content
        if content is None or not one.is_live:
            return
        if not len(content) or local(content[0]) != "p":
            yield self._tell("rich-not-block", one)
        elif not is_clause_kept(one.field, content, language=self.found.language):
            yield self._tell("altered-clause", one)

    def _parts(self, key: str, placed: list[Placed]) -> Iterator[TemplateFinding]:
        """Cells, ticks and names that a field has lost, and parties without rows."""
        field = self.found.form.field(key)
        live = [one for one in placed if one.is_live]
        present = {one.slot.tag for one in live if one.slot is not None}
        language = self.found.language
        if field.key not in self.found.fields:
            return
        lacking = [s.label for s in slots_of(field) if s.tag not in present]
        if is_signing(field):
            parties = {one.party for one in live}
            lacking += [c.label for c in party_choices(field) if c.key not in parties]
        for label in lacking:
            yield self._tell("missing-part", placed[0], label.in_(language))


def _kind_of(control: Control) -> str:
    kinds = (_KINDS.get(local(node), "") for node in control.properties)
    return next(filter(None, kinds), "rich")


def _expected(one: Placed) -> str:
    return "text" if one.slot is None else _EXPECTED.get(one.slot.type, "text")


def _is_loose_cell(one: Placed, placed: list[Placed]) -> bool:
    """Say whether a cell stands outside every control around the rows of its table."""
    if one.slot is None or not one.slot.in_table or not one.is_live:
        return False
    around = {other.control.element for other in placed if other.is_rows}
    return not any(above in around for above in one.control.element.iterancestors())


def _is_boxed(element: etree._Element) -> bool:
    return any(local(above) == _TEXT_BOX for above in element.iterancestors())


def _before(element: etree._Element) -> str:
    before = element.getprevious()
    return "" if before is None else local(before)


def _change_of_row(row: etree._Element) -> str:
    marks = row.findall("{*}trPr/*")
    return next((_CHANGES[local(m)] for m in marks if local(m) in _CHANGES), "")


def _change_inside(content: etree._Element | None) -> str:
    """A control in the middle of a line is inserted with its runs marked, not itself.

    Source: ISO/IEC 29500-1, 17.13.5.
    """
    inside = [] if content is None else [local(n) for n in content if local(n)]
    only = {name for name in inside if name != "rPr"}
    return _CHANGES.get(only.pop(), "") if len(only) == 1 else ""


def _section_of(form: Form, field: Field, *, language: str) -> str:
    section = next(s for s in form.sections if field in s.fields)
    return f"Delen «{section.label.in_(language)}»"
