"""A Word file back to values, with everything that a person must be told.

The body as accepted is what the document says. Where the custom XML part says the same,
the value is taken exactly as stored; where they differ, the body is taken and a finding
tells so. A file that LibreOffice saved has a broken part, which is mended from the
body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from templates_docx import guard
from templates_docx.accepted import accept, is_tracked, one_alternative, reject
from templates_docx.body import Reader
from templates_docx.cited import Citation, citations_of
from templates_docx.comments import Change, Comment, changes_of, comments_of
from templates_docx.dangers import embedded, live_fields, outside_links, taken_in
from templates_docx.dissents import PROPERTY, broken_dissents
from templates_docx.entries import has_value, value_from
from templates_docx.finding import controls
from templates_docx.findings import Finding, finding
from templates_docx.foreign import tagged_values
from templates_docx.mending import Mended, mend
from templates_docx.numbering import Lists
from templates_docx.origin import origin_root
from templates_docx.package import Package
from templates_docx.parts import Parts, store_root
from templates_docx.properties import property_of
from templates_docx.scan import citations_in
from templates_docx.sealing import broken_seals, seals_from, seals_of
from templates_docx.store import Identity, Stored, kind_of, stored_from_xml
from templates_docx.wordml import attribute
from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Form
from workflows.forms.verbatim import Sealed

_LIBREOFFICE = "LibreOffice"
_DIFFER = "body-and-store-differ"


@dataclass(frozen=True, kw_only=True)
class View:
    """The values and their findings with all tracked changes rejected."""

    values: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one Word file holds; `kind` is `None` for a file of another origin.

    `values` have every tracked change accepted, `before` has every one rejected.
    """

    file: str
    kind: str | None
    language: str | None
    document: str | None
    version: str | None
    saved_by: str | None
    values: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    comments: tuple[Comment, ...] = ()
    changes: tuple[Change, ...] = ()
    citations: tuple[Citation, ...] = ()
    before: View = field(default_factory=View)


@dataclass(frozen=True, kw_only=True)
class _File:
    """An opened file; `roots` are its parts with text, without tracked changes."""

    package: Package
    parts: Parts
    roots: list[etree._Element]
    language: str
    saved_by: str

    @property
    def is_from_libreoffice(self) -> bool:
        return self.saved_by.startswith(_LIBREOFFICE)


def read(data: bytes, *, name: str = "") -> Reading:
    """Return what a Word file holds; `name` is only repeated in the answer.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
    """
    package = Package.open(data)
    parts = Parts.of(package)
    roots = _roots(package, parts)
    comments = comments_of(roots, *_comment_roots(package, parts))
    changes = tuple(change for root in roots for change in changes_of(root))
    before = _rejected(package, parts) if any(map(is_tracked, roots)) else None
    file = _accepted(package, parts, roots)
    values, stored, findings = _values(file)
    after = View(values=values, findings=findings)
    after, before = _spared(after, before or after), _spared(before or after, after)
    return Reading(
        file=name,
        kind=stored.kind if stored else None,
        language=stored.language if stored else (file.language or None),
        document=(stored.identity.document or None) if stored else None,
        version=(stored.identity.version or None) if stored else None,
        saved_by=file.saved_by or None,
        values=values,
        findings=(*after.findings, *_dissents(file), *_dangers(file)),
        comments=comments,
        changes=changes,
        citations=_citations(roots),
        before=before,
    )


def citations(data: bytes) -> tuple[Citation, ...]:
    """Return only the citations of a Word file, the same as `read` finds.

    A part without any is not parsed, and its faults are not noticed.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
    """
    return citations_in(data)


def _roots(package: Package, parts: Parts) -> list[etree._Element]:
    present = (name for name in parts.with_text if name in package)
    roots = [guard.parse(package.read(name), name=name) for name in present]
    for root in roots:
        one_alternative(root)
    return roots


def _rejected(package: Package, parts: Parts) -> View:
    roots = _roots(package, parts)
    for root in roots:
        reject(root)
    values, _, findings = _values(_file(package, parts, roots))
    return View(values=values, findings=findings)


def _spared(view: View, other: View) -> View:
    """Leave out that the store differs where it says what the other view says.

    Word keeps one text for a control, whether a tracked change in it waits or not.
    """
    places = {found.where for found in other.findings if found.code == _DIFFER}
    kept = (
        found
        for found in view.findings
        if found.code != _DIFFER or found.where in places
    )
    return replace(view, findings=tuple(kept))


def _accepted(package: Package, parts: Parts, roots: list[etree._Element]) -> _File:
    for root in roots:
        accept(root)
    return _file(package, parts, roots)


def _file(package: Package, parts: Parts, roots: list[etree._Element]) -> _File:
    return _File(
        package=package,
        parts=parts,
        roots=roots,
        language=_default_language(package, parts),
        saved_by=_application(package, parts),
    )


def _citations(roots: list[etree._Element]) -> tuple[Citation, ...]:
    return tuple(citation for root in roots for citation in citations_of(root))


def _values(
    file: _File,
) -> tuple[dict[str, Any], Stored | None, tuple[Finding, ...]]:
    _, store = store_root(file.package, file.parts)
    origin = origin_root(file.package, file.parts.properties)
    root = origin if store is None else store
    known = _form_of(file, root)
    if known is None:
        return tagged_values(file.roots), None, ()
    stored = _stored(known, root, language=file.language)
    mended = _mended(file, known, stored, is_lost=store is None)
    values = {
        field.key: value_from(field, mended.entries[field.key])
        for field in known.fields
        if field.key in mended.entries
        and has_value(field, mended.entries[field.key], language=stored.language)
    }
    is_sealed = origin is not None or not (store is None or file.is_from_libreoffice)
    if not is_sealed:
        return values, stored, (*mended.findings, *_unsealed(known, stored))
    sealed = _sealed(known, stored, origin)
    broken = broken_seals(known, sealed, values, language=stored.language)
    return values, stored, (*mended.findings, *broken)


def _sealed(
    known: Form, stored: Stored, origin: etree._Element | None
) -> tuple[Sealed, ...]:
    if origin is not None:
        return seals_from(origin)
    return seals_of(known, stored.entries)


def _unsealed(known: Form, stored: Stored) -> Iterator[Finding]:
    """A file that was cleaned of everything hidden says nothing of its dissents."""
    if known.verbatim:
        yield finding("seals-lost", "", language=stored.language)


def _form_of(file: _File, root: etree._Element | None) -> Form | None:
    """The form by the custom XML part, or by the bindings when that part is lost.

    A short mandate has only keys of the mandate: of two that fit, it is the smaller.
    """
    if root is not None:
        return form(kind_of(root)) if kind_of(root) in kinds() else None
    bound = {
        control.binding.field
        for control in controls(file.roots[0])
        if control.binding is not None
    }
    counts = {kind: len(bound & set(form(kind).by_key)) for kind in kinds()}
    best = max(counts, key=lambda kind: (counts[kind], -len(form(kind).by_key)))
    return form(best) if counts[best] else None


def _stored(known: Form, root: etree._Element | None, *, language: str) -> Stored:
    if root is None:
        return Stored(
            kind=known.kind, language=language or "nb", identity=Identity(), entries={}
        )
    return stored_from_xml(known, root)


def _mended(file: _File, known: Form, stored: Stored, *, is_lost: bool) -> Mended:
    reader = Reader(
        form=known,
        language=stored.language,
        lists=Lists.of(file.package, file.parts),
        trusts_flags=not file.is_from_libreoffice,
    )
    return mend(
        known,
        stored,
        reader.read(file.roots),
        is_rebuilt=file.is_from_libreoffice or is_lost,
        is_lost=is_lost,
    )


def _dissents(file: _File) -> tuple[Finding, ...]:
    """What was set into a document of another origin is held against its seals."""
    listed = property_of(file.package, file.parts, PROPERTY)
    language = file.language or "nb"
    return tuple(broken_dissents(file.roots, listed, language=language))


def _dangers(file: _File) -> list[Finding]:
    language = file.language or "nb"
    found = [
        finding("outside-link", relation.kind, language=language, told=relation.target)
        for relation in outside_links(file.package)
    ]
    found += [
        finding("embedded", name, language=language, told=name)
        for name in embedded(file.package)
    ]
    found += [
        finding("taken-in", name, language=language, told=name)
        for name in taken_in(file.package)
    ]
    codes = [code for root in file.roots for code in live_fields(root)]
    found += [finding("live-field", "", language=language, told=code) for code in codes]
    return found


def _comment_roots(
    package: Package, parts: Parts
) -> tuple[etree._Element | None, etree._Element | None]:
    """The comments, and how they hang together, which is told in a part of its own."""
    return (
        _optional(package, parts.comments),
        _optional(package, parts.comments_extended),
    )


def _optional(package: Package, name: str) -> etree._Element | None:
    return guard.parse(package.read(name), name=name) if name in package else None


def _application(package: Package, parts: Parts) -> str:
    if parts.app not in package:
        return ""
    root = guard.parse(package.read(parts.app), name=parts.app)
    return (root.findtext("{*}Application") or "").strip()


def _default_language(package: Package, parts: Parts) -> str:
    """The written standard by the document's default language; empty for others."""
    if parts.styles not in package:
        return ""
    root = guard.parse(package.read(parts.styles), name=parts.styles)
    found = root.find("{*}docDefaults/{*}rPrDefault/{*}rPr/{*}lang")
    locale = "" if found is None else attribute(found, "val") or ""
    return locale[:2] if locale[:2] in ("nb", "nn") else ""
