"""A template is compiled once: cut into constant text and holes, and kept.

Our own templates and those that a municipality has restyled in Word go the same way.
What a control is for is told by its binding; how its value looks, by the template.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from templates_docx import guard
from templates_docx.build import LANGUAGES, packaged
from templates_docx.cutting import Cutter
from templates_docx.errors import UnusableTemplateError
from templates_docx.fill import Template
from templates_docx.numbering import Lists, with_own_lists
from templates_docx.origin import shell_of
from templates_docx.package import Member, Package, packed
from templates_docx.parts import Parts, store_root
from templates_docx.segments import Segments, Source, all_holes, field_of
from templates_docx.slots import title_of
from templates_docx.store import kind_of
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
    rich = [field.key for field in form.fields if field.type is FieldType.RICH]
    lists = Lists.of(package, parts)
    list_numbers, numbering = with_own_lists(lists, rich)
    cutter = Cutter(
        form=form, language=language, lists=lists, list_numbers=list_numbers
    )
    segments = dict(_cut(package, parts, cutter))
    segments |= _core(package, parts, form)
    changing = {*segments, store, parts.properties}
    changed = {parts.numbering: numbering} if numbering else {}
    return Template(
        form=form,
        language=language,
        members=tuple(_members(package, changing, changed)),
        segments=segments,
        store=store,
        properties=parts.properties,
        shell=shell_of(package.read(parts.properties), name=parts.properties),
        first_number=cutter.first_free,
        placed=_placed(segments),
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
        yield name, cutter.cut(root, where=name)


def _core(package: Package, parts: Parts, form: Form) -> dict[str, Segments]:
    """The title property says the kind of document and its name (house rule H10)."""
    if parts.core not in package:
        return {}
    root = guard.parse(package.read(parts.core), name=parts.core)
    title = root.find(_TITLE)
    if title is None:
        title = etree.SubElement(root, _TITLE)
    title.text = _TITLE_MARK
    text = etree.tostring(root, encoding="unicode")
    before, _, after = text.partition(_TITLE_MARK)
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return {parts.core: (declaration + before, TitleHole(form), after)}


@dataclass(frozen=True)
class TitleHole:
    """The title property: «Prosjektmandat – Nærvær på Solsida»."""

    form: Form

    def render(self, source: Source) -> str:
        """Return kind and name of the document."""
        entry = source.entries.get(title_of(self.form))
        own = entry.leaves.get("") if entry else ""
        kind = self.form.name.in_(source.language)
        return escape(f"{kind} – {own}" if own else kind)


def _members(
    package: Package, changing: set[str], changed: Mapping[str, bytes]
) -> Iterator[Member | str]:
    for name, member in package.members.items():
        if name in changing:
            yield name
        else:
            yield packed(name, changed[name]) if name in changed else member


def _placed(segments: Mapping[str, Segments]) -> frozenset[str]:
    holes = [hole for part in segments.values() for hole in all_holes(part)]
    return frozenset(field for hole in holes if (field := field_of(hole)))
