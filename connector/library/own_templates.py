"""The municipality's own templates: taken out, restyled in Word, and put back.

They lie in one folder as `<kind>.<language>.docx`. What one replaces, or removes, is
kept beside it under the instant when that happened. Documents that are delivered
already keep their bytes; see `docs/decisions/0009-own-templates.md`.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from templates_docx.build import LANGUAGES, file_name, packaged
from templates_docx.cleaning import cleaned
from templates_docx.compile import template
from templates_docx.errors import TemplateError
from templates_docx.fill import Template
from templates_docx.lint import Findings, has_errors, lint, other
from templates_docx.restoring import new_fields, restored
from workflows.clock import oslo
from workflows.forms.catalogue import form, kinds


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The template that a document is made with.

    `passed_over` names the fields, or the fault, for which the municipality's own was
    not used.
    """

    template: Template
    is_own: bool
    passed_over: str = ""


@dataclass(frozen=True, kw_only=True)
class Status:
    """How it stands with the template of a kind in one language.

    `new_fields` are those that the form has got since the own template was put in.
    """

    kind: str
    language: str
    is_own: bool
    findings: Findings = ()
    new_fields: tuple[str, ...] = ()
    is_refused: bool = False

    @property
    def state(self) -> str:
        """Return `refused`, `errors`, `warnings`, or `ok`."""
        severities = {each.severity for each in self.findings}
        if self.is_refused:
            return "refused"
        if "error" in severities:
            return "errors"
        return "warnings" if "warning" in severities else "ok"

    @property
    def lacks_twin(self) -> bool:
        """Say whether only one of the written standards has an own template."""
        return any(each.code == "missing-twin" for each in self.findings)


@dataclass(frozen=True)
class OwnTemplates:
    """A folder of templates; a kind without one has the standard template."""

    root: Path

    def find(self, kind: str, language: str) -> Path | None:
        """Return the file of an own template, `None` when there is none."""
        path = self.root / file_name(kind, language)
        return path if path.exists() else None

    def get(self, kind: str, language: str) -> bytes:
        """Return the own template, else the standard one."""
        own = self.find(kind, language)
        return packaged(kind, language) if own is None else own.read_bytes()

    def twin(self, kind: str, language: str) -> bytes | None:
        """Return the own template in the other written standard, if any."""
        own = self.find(kind, other(language))
        return None if own is None else own.read_bytes()

    def put(self, kind: str, language: str, data: bytes, *, at: datetime) -> Findings:
        """Keep a template and return what is to be said of it.

        What LibreOffice has lost is set in again, names and attached templates are
        taken out. With an error nothing is kept.

        Raises:
            RefusedFileError: the file is unsafe, broken, or no Word document.
        """
        ready = cleaned(restored(data, kind=kind, language=language))
        twin = self.twin(kind, language)
        findings = lint(ready, kind=kind, language=language, twin=twin)
        if not has_errors(findings) and ready != self._own(kind, language):
            self._keep_earlier(kind, language, at=at)
            self._write(self.root / file_name(kind, language), ready)
        return findings

    def remove(self, kind: str, language: str, *, at: datetime) -> bool:
        """Go back to the standard template; return whether there was another."""
        own = self.find(kind, language)
        if own is not None:
            self._keep_earlier(kind, language, at=at)
            own.unlink()
        return own is not None

    def chosen(self, kind: str, language: str, *, fields: Collection[str]) -> Chosen:
        """Return the template for a document that has values in some fields.

        An own template that cannot be used, or has no place for one of them, is passed
        over: nothing that the parties wrote may be left out.
        """
        own = self.find(kind, language)
        if own is None:
            return Chosen(template=template(kind, language), is_own=False)
        try:
            compiled = template(kind, language, file=own)
        except TemplateError as problem:
            return _standard(kind, language, passed_over=str(problem))
        lacking = sorted(set(fields) - compiled.placed)
        if lacking:
            return _standard(kind, language, passed_over=", ".join(lacking))
        return Chosen(template=compiled, is_own=True)

    def status(self) -> tuple[Status, ...]:
        """Return how it stands with every kind in both written standards."""
        pairs = [(kind, language) for kind in kinds() for language in LANGUAGES]
        return tuple(self.status_of(kind, language) for kind, language in pairs)

    def status_of(self, kind: str, language: str) -> Status:
        """Return how it stands with the template of a kind in one language."""
        data = self._own(kind, language)
        if data is None:
            return Status(kind=kind, language=language, is_own=False)
        twin = self.twin(kind, language)
        try:
            findings = lint(data, kind=kind, language=language, twin=twin)
            new = new_fields(data, form(kind))
        except TemplateError:
            return Status(kind=kind, language=language, is_own=True, is_refused=True)
        return Status(
            kind=kind,
            language=language,
            is_own=True,
            findings=findings,
            new_fields=new,
        )

    def _own(self, kind: str, language: str) -> bytes | None:
        own = self.find(kind, language)
        return None if own is None else own.read_bytes()

    def _keep_earlier(self, kind: str, language: str, *, at: datetime) -> None:
        own = self.find(kind, language)
        if own is None:
            return
        stem = f"{kind}.{language}.{oslo(at):%Y-%m-%d-%H%M%S}"
        more = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
        names = (f"{stem}{addition}.docx" for addition in more)
        free = next(name for name in names if not (self.root / name).exists())
        shutil.copy2(own, self.root / free)

    def _write(self, path: Path, data: bytes) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.part")
        draft.write_bytes(data)
        draft.replace(path)


def _standard(kind: str, language: str, *, passed_over: str) -> Chosen:
    standard = template(kind, language)
    return Chosen(template=standard, is_own=False, passed_over=passed_over)
