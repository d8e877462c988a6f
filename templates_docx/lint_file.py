"""What is wrong with a template besides its fields: the file, its words, its reach."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from templates_docx import guard
from templates_docx.accepted import text_of
from templates_docx.build import LOCALE
from templates_docx.dangers import embedded, live_fields, outside_links
from templates_docx.finding import controls
from templates_docx.lint_controls import Controls
from templates_docx.lint_fields import changed_around
from templates_docx.lint_places import Sheet
from templates_docx.lint_texts import About, TemplateFinding, template_finding
from templates_docx.package import Package
from templates_docx.parts import Parts
from templates_docx.wordml import W, attribute, child, local, value

_LEFTOVER = re.compile(
    r"\{\{.{1,60}?\}\}|\{%.{1,60}?%\}|\$\{.{1,60}?\}|<<\w{1,60}>>"
    r"|\[\w{1,30}_\w{1,60}\]|«\w{0,30}_\w{1,60}»"
)
_MERGE = re.compile(r"\s*MERGEFIELD\s+(\S+)", re.IGNORECASE)
_CHANGES = "ins", "del", "moveTo", "moveFrom"
_IN_PROPERTIES = {"rPr", "trPr", "tcPr", "pPr", "numPr"}
_NONE = About()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An opened template under lint."""

    package: Package
    parts: Parts
    sheets: tuple[Sheet, ...]
    language: str

    def tell(
        self, code: str, about: About = _NONE, *, place: str, where: str = ""
    ) -> TemplateFinding:
        """Return a finding in the language of the template."""
        return template_finding(
            code, about, language=self.language, place=place, where=where
        )


def file_findings(draft: Draft, found: Controls) -> Iterator[TemplateFinding]:
    """Yield what is wrong with the file, part by part."""
    yield from _strict(draft)
    yield from _outside(draft)
    yield from _described(draft)
    for sheet in draft.sheets:
        yield from _numbers(draft, sheet)
        yield from _leftovers(draft, sheet)
        yield from _changes(draft, sheet, found)
        yield from _live(draft, sheet)
        yield from _tables(draft, sheet)
        yield from _pictures(draft, sheet)
    yield from _headings(draft, draft.sheets[0])
    yield from _comments(draft)


def _strict(draft: Draft) -> Iterator[TemplateFinding]:
    for sheet in draft.sheets:
        if sheet.root.nsmap.get("w") != W:
            yield draft.tell("strict-file", place=sheet.title, where=sheet.name)
            return


def _outside(draft: Draft) -> Iterator[TemplateFinding]:
    body = draft.sheets[0].title
    for relation in outside_links(draft.package):
        is_template = relation.kind == "attachedTemplate"
        code = "attached-template" if is_template else "outside-link"
        about = About(told=relation.target)
        yield draft.tell(code, about, place=body, where=relation.kind)
    for name in embedded(draft.package):
        yield draft.tell("embedded", About(told=name), place=body, where=name)


def _described(draft: Draft) -> Iterator[TemplateFinding]:
    """The language and the title that a screen reader goes by (WCAG 3.1.1, 2.4.2)."""
    body = draft.sheets[0].title
    styles = _root(draft, draft.parts.styles)
    found = None
    if styles is not None:
        found = styles.find("{*}docDefaults/{*}rPrDefault/{*}rPr/{*}lang")
    said = "–" if found is None else attribute(found, "val") or "–"
    if said != LOCALE[draft.language]:
        yield draft.tell("document-language", About(told=said), place=body)
    core = _root(draft, draft.parts.core)
    if core is None or not (core.findtext("{*}title") or "").strip():
        yield draft.tell("no-title", place=body)


def _numbers(draft: Draft, sheet: Sheet) -> Iterator[TemplateFinding]:
    """Copies that stand in a fallback for old programs have the number of the first."""
    seen: set[str] = set()
    for control in controls(sheet.root):
        number = value(child(control.properties, "id")) or ""
        is_copy = any(
            local(above) == "Fallback" for above in control.element.iterancestors()
        )
        if number and number in seen and not is_copy:
            about = About(told=number)
            yield draft.tell("duplicate-id", about, place=sheet.place(control.element))
        seen.add(number)


def _leftovers(draft: Draft, sheet: Sheet) -> Iterator[TemplateFinding]:
    for paragraph in sheet.root.iter("{*}p"):
        text = text_of(paragraph)
        codes = "".join(n.text or "" for n in paragraph.iter("{*}instrText"))
        codes += "".join(
            attribute(n, "instr") or "" for n in paragraph.iter("{*}fldSimple")
        )
        merged = [f"MERGEFIELD {found[1]}" for found in _MERGE.finditer(codes)]
        for told in merged or _LEFTOVER.findall(text):
            place = sheet.place(paragraph)
            yield draft.tell("foreign-field", About(told=told), place=place)


def _changes(draft: Draft, sheet: Sheet, found: Controls) -> Iterator[TemplateFinding]:
    """Changes around a field are told of the field."""
    told = {
        above
        for one in found.placed
        if one.sheet is sheet and changed_around(one.control)
        for above in [*one.control.element.iter(), *one.control.element.iterancestors()]
    }
    left = [
        node
        for node in sheet.root.iter(*(f"{{*}}{name}" for name in _CHANGES))
        if node not in told and not _is_property(node)
    ]
    if left:
        place = sheet.place(left[0])
        yield draft.tell("tracked-changes", About(told=str(len(left))), place=place)


def _is_property(node: etree._Element) -> bool:
    above = node.getparent()
    return above is not None and local(above) in _IN_PROPERTIES


def _live(draft: Draft, sheet: Sheet) -> Iterator[TemplateFinding]:
    for code in live_fields(sheet.root):
        yield draft.tell("live-field", About(told=code), place=sheet.title)


def _tables(draft: Draft, sheet: Sheet) -> Iterator[TemplateFinding]:
    """Each table says what it is and which row is its heading (WCAG 1.3.1)."""
    for table in sheet.root.iter("{*}tbl"):
        first = next(table.iter("{*}tr"), None)
        if first is None or first.find("{*}trPr/{*}tblHeader") is None:
            yield draft.tell("no-table-header", place=sheet.place(table))
        caption = table.find("{*}tblPr/{*}tblCaption")
        if not value(caption):
            yield draft.tell("no-table-caption", place=sheet.place(table))


def _pictures(draft: Draft, sheet: Sheet) -> Iterator[TemplateFinding]:
    for picture in sheet.root.iter("{*}docPr"):
        is_plain = picture.get("descr") or next(picture.iter("{*}decorative"), None)
        if is_plain is None or is_plain == "":
            yield draft.tell("no-alt-text", place=sheet.place(picture))


def _headings(draft: Draft, sheet: Sheet) -> Iterator[TemplateFinding]:
    # The title of the document stands for the first level.
    before = 1
    for paragraph in sheet.root.iter("{*}p"):
        level = sheet.level_of(paragraph)
        if level > before + 1:
            about = About(told=text_of(paragraph))
            yield draft.tell("heading-skips", about, place=sheet.place(paragraph))
        before = level or before


def _comments(draft: Draft) -> Iterator[TemplateFinding]:
    root = _root(draft, draft.parts.comments)
    count = 0 if root is None else Counter(map(local, root))["comment"]
    if count:
        place = draft.sheets[0].title
        yield draft.tell("comments", About(told=str(count)), place=place)


def _root(draft: Draft, name: str) -> etree._Element | None:
    package = draft.package
    return guard.parse(package.read(name), name=name) if name in package else None
