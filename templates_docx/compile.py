"""A template is compiled once: cut into constant text and holes, and kept.

Our own templates and those that a municipality has restyled in Word go the same way.
What a control is for is told by its binding; how its value looks, by the template.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from templates_docx import guard
from templates_docx.bounds import Bounds
from templates_docx.build import LANGUAGES, packaged
from templates_docx.chart_blocks import WorkbookPart
from templates_docx.chart_cutting import chart_parts
from templates_docx.cutting import Cutter
from templates_docx.errors import UnusableTemplateError
from templates_docx.fill import Template
from templates_docx.gathering import Gatherer
from templates_docx.idle_names import drop_idle_names
from templates_docx.numbering import Lists, with_own_lists
from templates_docx.origin import OriginPart, shell_of
from templates_docx.outlines import Outliner
from templates_docx.package import Frame, Member, Package, packed
from templates_docx.parts import Parts, store_root
from templates_docx.segments import (
    Hole,
    Segments,
    Source,
    TextHole,
    all_holes,
    field_of,
)
from templates_docx.slots import slots_of, title_of
from templates_docx.states import StatedPart
from templates_docx.store import kind_of
from templates_docx.storing import store_segments
from templates_docx.usable import refuse_missing
from templates_docx.weaving import Part, Weaver, numbers_in
from templates_docx.wordml import escape
from workflows.forms.catalogue import form
from workflows.forms.fields import FieldType, Form

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_TITLE_MARK = "\ue000"


def template(kind: str, language: str, *, file: Path | None = None) -> Template:
    """Return the template of a kind in `nb` or `nn`, compiled once and kept.

    `file` is a restyled template; it is compiled anew when the file has changed.

    Raises:
        UnknownKindError: there is no such kind.
        UnusableTemplateError: no such language, or the file is no template of the kind.
        RefusedFileError: the file is unsafe or no Word document.
    """
    if language not in LANGUAGES:
        where = f"language {language}"
        raise UnusableTemplateError("must be nb or nn", where=where)
    if file is None:
        return _packaged(kind, language)
    seen = file.stat()
    return _from_file(kind, language, file, seen.st_mtime_ns, seen.st_size)


def compiled(form: Form, *, language: str, data: bytes) -> Template:
    """Return the template that the bytes of a .docx are.

    Raises:
        UnusableTemplateError: the file is no template of this form.
        RefusedFileError: the file is unsafe or no Word document.
    """
    package = Package.open(data)
    parts = Parts.of(package)
    store = _store(package, parts, form)
    lists = Lists.of(package, parts)
    rich = [field.key for field in form.fields if field.type is FieldType.RICH]
    list_numbers, numbering = with_own_lists(lists, rich)
    cutter = Cutter(
        form=form, language=language, lists=lists, list_numbers=list_numbers
    )
    segments = dict(_cut(package, parts, cutter))
    placed = frozenset(map(field_of, _holes(segments)))
    refuse_missing(form, placed)
    segments |= _core(package, parts, form, language=language)
    placed = frozenset(map(field_of, _holes(segments)))
    segments[store] = store_segments(form, language=language, placed=placed)
    charts = list(
        chart_parts(package, form, document=parts.document, language=language)
    )
    for one in charts:
        root = guard.parse(package.read(one.chart), name=one.chart)
        segments[one.chart] = cutter.cut_chart(root, one.charted)
    gatherer = Gatherer(form, language=language)
    lines = {key: len(table.parties) for key, table in gatherer.blanks.items()}
    made: list[Part] = [
        *_woven(segments, gatherer, form, first_number=cutter.first_free)
    ]
    origin = _origin(package, parts, form, language=language)
    computed = [WorkbookPart(one.workbook, one.charted) for one in charts]
    changing = {part.name for part in (*made, origin, *computed)}
    changed = dict(_without_holes(segments))
    changed |= {parts.numbering: numbering} if numbering else {}
    return Template(
        form=form,
        language=language,
        frame=Frame.of(_members(package, changing, changed)),
        parts=made,
        origin=origin,
        computed=computed,
        gatherer=gatherer,
        outliner=(None if charts else Outliner(form, language=language, placed=placed)),
        bounds=[Bounds.of(segments[name], lines=lines) for name in parts.with_text],
        placed=placed,
    )


@functools.cache
def _packaged(kind: str, language: str) -> Template:
    return compiled(form(kind), language=language, data=packaged(kind, language))


@functools.lru_cache(maxsize=64)
def _from_file(
    kind: str, language: str, file: Path, _changed: int, _size: int
) -> Template:
    return compiled(form(kind), language=language, data=file.read_bytes())


def _store(package: Package, parts: Parts, form: Form) -> str:
    name, root = store_root(package, parts)
    if root is None or parts.properties not in package:
        text = "has lost the parts of Samspor: begin from a standard template"
        raise UnusableTemplateError(text, where="customXml")
    kind = kind_of(root)
    if kind != form.kind:
        text = f"is a template for {kind}, not for {form.kind}"
        raise UnusableTemplateError(text, where=name)
    return name


def _cut(
    package: Package, parts: Parts, cutter: Cutter
) -> Iterator[tuple[str, Segments]]:
    for name in parts.with_text:
        root = guard.parse(package.read(name), name=name)
        drop_idle_names(root)
        yield name, cutter.cut(root, where=name)


def _woven(
    segments: Mapping[str, Segments],
    gatherer: Gatherer,
    form: Form,
    *,
    first_number: int,
) -> Iterator[Part]:
    written, settled = (
        Weaver(
            form,
            blanks=gatherer.blanks,
            first_number=first_number,
            step=numbers_in(_holes(segments)),
            is_settled=is_settled,
        )
        for is_settled in (False, True)
    )
    for name, content in segments.items():
        if all_holes(content):
            yield StatedPart(
                name=name,
                written=written.weave(content, name=name),
                settled=settled.weave(content, name=name),
            )


def _without_holes(segments: Mapping[str, Segments]) -> Iterator[tuple[str, bytes]]:
    """What is the same in every document stays in the frame, as it was cut."""
    for name, content in segments.items():
        if not all_holes(content):
            yield (
                name,
                "".join(part for part in content if isinstance(part, str)).encode(),
            )


def _holes(segments: Mapping[str, Segments]) -> list[Hole]:
    return [hole for content in segments.values() for hole in all_holes(content)]


def _origin(package: Package, parts: Parts, form: Form, *, language: str) -> OriginPart:
    name = parts.properties
    shell = shell_of(package.read(name), name=name)
    return OriginPart(name=name, shell=shell, form=form, language=language)


def _core(
    package: Package, parts: Parts, form: Form, *, language: str
) -> dict[str, Segments]:
    """The title property says the kind of document and its name (house rule H10)."""
    if parts.core not in package:
        return {}
    root = guard.parse(package.read(parts.core), name=parts.core)
    element = root.find(_TITLE)
    if element is None:
        element = etree.SubElement(root, _TITLE)
    element.text = _TITLE_MARK
    text = etree.tostring(root, encoding="unicode")
    before, _, after = text.partition(_TITLE_MARK)
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    title = _title(form, language=language)
    return {parts.core: (declaration + before, title, after)}


def _title(form: Form, *, language: str) -> str | Hole:
    """The title property: «Prosjektmandat – Nærvær på Solsida»."""
    kind, key = escape(form.name.in_(language)), title_of(form)
    if not key:
        return kind
    (slot,) = slots_of(form.field(key))
    return TextHole(slot=slot, source=Source.STORED, before=f"{kind} – ", empty=kind)


def _members(
    package: Package, changing: set[str], changed: Mapping[str, bytes]
) -> Iterator[Member]:
    for name, member in package.members.items():
        if name not in changing:
            yield packed(name, changed[name]) if name in changed else member
