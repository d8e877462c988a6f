"""Is a Word file a usable template of a kind, and what must a clerk put right.

An error stands for what the compiler refuses, so a template without one can be filled.
Warnings are faults that a document made from the template would carry; notes are only
told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from templates_docx.build import LANGUAGES, packaged
from templates_docx.compile import compiled
from templates_docx.errors import RefusedFileError, UnusableTemplateError
from templates_docx.lint_controls import Controls
from templates_docx.lint_fields import field_findings
from templates_docx.lint_file import Draft, file_findings
from templates_docx.lint_places import sheets_of
from templates_docx.lint_texts import About, TemplateFinding
from templates_docx.package import Package
from templates_docx.parts import Parts, store_root
from templates_docx.slots import STORE_ID
from templates_docx.store import kind_of
from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Form

_ORDER = {"error": 0, "warning": 1, "note": 2}
_TONGUES = {
    "nb": {"nb": "bokmål", "nn": "nynorsk"},
    "nn": {"nb": "bokmål", "nn": "nynorsk"},
}
Findings: TypeAlias = tuple[TemplateFinding, ...]


def lint(
    data: bytes, *, kind: str, language: str | None = None, twin: bytes | None = None
) -> Findings:
    """Return what is to be said of a template, errors first, then as they stand.

    Without `language` that of the template is taken. `twin` is the same template in the
    other written standard; a standard template has one and needs none.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
        UnknownKindError: there is no such kind.
    """
    known = form(kind)
    language = language or language_of(data) or "nb"
    found = list(_findings(data, known, language))
    found += _twin_findings(data, known, language, twin)
    return tuple(sorted(found, key=lambda each: _ORDER[each.severity]))


def language_of(data: bytes) -> str | None:
    """Return the written standard that a template was taken out in, if it says so.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
    """
    package = Package.open(data)
    _, root = store_root(package, Parts.of(package))
    said = None if root is None else root.get("language")
    return said if said in LANGUAGES else None


def other(language: str) -> str:
    """Return the other written standard."""
    return "nn" if language == "nb" else "nb"


def has_errors(findings: Findings) -> bool:
    """Say whether a template with these findings cannot be used."""
    return any(each.severity == "error" for each in findings)


def _findings(data: bytes, known: Form, language: str) -> Iterator[TemplateFinding]:
    package = Package.open(data)
    parts = Parts.of(package)
    draft = Draft(
        package=package,
        parts=parts,
        sheets=sheets_of(package, parts, language=language),
        language=language,
    )
    barred = list(_barred(draft, known))
    yield from barred
    if any(each.severity == "error" for each in barred):
        return
    controls = Controls.of(known, draft.sheets, language=language, store_id=STORE_ID)
    found = [*field_findings(controls), *file_findings(draft, controls)]
    yield from found
    if not has_errors(tuple(found)):
        yield from _refusal(draft, data, known)


def _barred(draft: Draft, known: Form) -> Iterator[TemplateFinding]:
    """A file that is no template of the kind has faults in every field: one is told."""
    name, root = store_root(draft.package, draft.parts)
    place = draft.sheets[0].title
    if root is None or draft.parts.properties not in draft.package:
        yield draft.tell("lost-parts", place=place, where="customXml")
        return
    kind, language = kind_of(root), root.get("language", "")
    if kind != known.kind:
        is_ours = kind in kinds()
        told = form(kind).name.in_(draft.language) if is_ours else kind or "–"
        yield draft.tell("other-kind", About(told=told), place=place, where=name)
    elif language != draft.language:
        told = _TONGUES[draft.language].get(language, language or "–")
        yield draft.tell("other-language", About(told=told), place=place, where=name)


def _refusal(draft: Draft, data: bytes, known: Form) -> Iterator[TemplateFinding]:
    """Whatever the compiler refuses and nothing above has told."""
    try:
        compiled(known, language=draft.language, data=data)
    except UnusableTemplateError as problem:
        about = About(told=problem.where)
        place = draft.sheets[0].title
        yield draft.tell("unusable", about, place=place, where=problem.where)


def _twin_findings(
    data: bytes, known: Form, language: str, twin: bytes | None
) -> Iterator[TemplateFinding]:
    package = Package.open(data)
    parts = Parts.of(package)
    sheets = sheets_of(package, parts, language=language)
    draft = Draft(package=package, parts=parts, sheets=sheets, language=language)
    place = sheets[0].title
    if twin is None:
        if data != packaged(known.kind, language):
            yield draft.tell("missing-twin", place=place)
        return
    try:
        theirs = compiled(known, language=other(language), data=twin).placed
    except (UnusableTemplateError, RefusedFileError) as problem:
        yield draft.tell("useless-twin", About(told=problem.text), place=place)
        return
    ours = Controls.of(known, sheets, language=language, store_id=STORE_ID).fields
    for key in known.by_key:
        if key in ours - theirs:
            label = known.field(key).label.in_(language)
            about = About(key=key, label=label)
            yield draft.tell("twin-lacks-field", about, place=place)
