"""The section «Grunnlag fra utviklingslinja» of a case, from the register.

A case report is public: nothing that is exempt as a whole is told here but that it is,
and why. Positions are those of the frozen handover, on the version that the case used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.library.gatherings import gatherings
from connector.library.packages import EXEMPT, PUBLIC, Delivered, delivered
from connector.pictures.words import Language
from workflows.base import by_ref
from workflows.clock import norwegian_date
from workflows.consultations import Consultation, consultations_about, views_in
from workflows.decision.cases import Case, CaseRow, cases
from workflows.development.outputs import project_of
from workflows.errors import NotFoundError
from workflows.forms.catalogue import form
from workflows.law.references import legal_reference
from workflows.trace.uses import UseRow, uses

DISCUSSED = {"nb": "Drøftet", "nn": "Drøfta"}


def basis_values(
    session: Session, ref: str, *, language: Language, at: datetime
) -> dict[str, Any]:
    """Return the values of the form `basis` for a case, as known at `at`.

    Raises:
        NotFoundError: there was no such case.
    """
    case = _case(session, ref, at=at)
    used = uses(session, cases=[ref], at=at)
    refs = sorted({use.output for use in used})
    given = [delivered(session, output, at=at) for output in refs]
    versions = {use.output: use.version for use in used}
    found = {
        "g_title": case.title,
        "g_case": case.archive_number,
        "g_ref": ref,
        "g_access": _openness(case, language, at=at),
        "g_on": norwegian_date(at).isoformat(),
        "g_outputs": [_output(each, versions, language) for each in given],
        "g_made": [row for each in given for row in _made(each, language, at=at)],
        "g_involved": list(_involved(given)),
        "g_parties": [row for each in given for row in _parties(each, language)],
        "g_deviations": [row for each in given for row in _apart(each, language)],
        "g_ha": [
            _discussed(session, row, language)
            for row in consultations_about(session, ref, at=at)
        ],
        "g_use": [_use(use, given, language) for use in used],
    }
    return {key: value for key, value in found.items() if value}


def case_language(session: Session, ref: str) -> str:
    """Return the written standard of a case."""
    return by_ref(session, Case, ref).language


def _case(session: Session, ref: str, *, at: datetime) -> CaseRow:
    found = next((row for row in cases(session, at=at) if row.ref == ref), None)
    if found is None:
        raise NotFoundError("case", ref)
    return found


def _discussed(
    session: Session, row: Consultation, language: Language
) -> dict[str, Any]:
    """Only what both sides have signed is told of a drøfting (INV-12)."""
    held = row.held_on or date.min
    sides = [view.organisation for view in views_in(session, row)]
    return {
        "_id": row.ref,
        "dato": held.isoformat(),
        "mellom": ", ".join(sides),
        "resultat": row.result.value if row.result else None,
        "merknad": f"{DISCUSSED[language]} {held:%d.%m.%Y}: {row.conclusion}",
    }


def _openness(case: CaseRow, language: Language, *, at: datetime) -> str:
    choices = form("output").field("o_access").choices
    words = {one.key: one.label.in_(language) for one in choices}
    if not case.restricted:
        return words[PUBLIC]
    law = legal_reference(case.restricted, on=norwegian_date(at))
    return f"{words[EXEMPT]}, jf. {law.section}"


def _output(
    given: Delivered, versions: Mapping[str, str], language: Language
) -> dict[str, Any]:
    """A citation names the version that the case used, whatever came later (INV-11)."""
    row = {
        "_id": given.output.ref,
        "leveranse": _named(given, language),
        "type": given.output.kind.value,
        "versjon": versions[given.output.ref],
        "dato": given.handover.handed_over_on.isoformat(),
        "standpunkt": given.package["standing"],
    }
    return {key: cell for key, cell in row.items() if cell}


def _named(given: Delivered, language: Language) -> str:
    if given.values.get("o_access") == EXEMPT:
        return f"{given.output.ref} ({given.openness(language)})"
    if given.output.partly_exempt:
        return f"{given.title()} ({given.openness(language)})"
    return given.title()


def _made(given: Delivered, language: Language, *, at: datetime) -> Iterator[Any]:
    rows = gatherings(
        given.session, given.output.ref, given.said_in, language=language, at=at
    )
    for row in rows:
        ref = given.output.ref
        yield {**row, "_id": f"{ref}:{row['_id']}", "ref": ref}


def _parties(given: Delivered, language: Language) -> Iterator[dict[str, Any]]:
    for row in given.positions(language=language, public=True):
        yield {**row, "ref": given.output.ref}


def _apart(given: Delivered, language: Language) -> Iterator[dict[str, Any]]:
    for row in given.deviations(language=language, public=True):
        yield {**row, "ref": given.output.ref}


def _involved(given: Sequence[Delivered]) -> Iterator[dict[str, Any]]:
    """The mandates are public; what reports say of it is not."""
    mandates = {project_of(e.session, e.output).ref: e.mandate for e in given}
    for project, mandate in mandates.items():
        rows = [*(mandate.get("m_inv_emp") or []), *(mandate.get("m_inv_res") or [])]
        for number, row in enumerate(rows, start=1):
            cells = {key: row.get(key) for key in ("gruppe", "hvordan", "naar")}
            told = {key: cell for key, cell in cells.items() if cell}
            yield {"_id": f"{project}:{number}", **told}


def _use(use: UseRow, given: Sequence[Delivered], language: Language) -> dict[str, Any]:
    named = {each.output.ref: _named(each, language) for each in given}
    row = {
        "_id": f"{use.output}:{use.where}:{use.at:%Y%m%d%H%M%S}",
        "leveranse": named[use.output],
        "hvor": use.where.value,
        "brukt": use.used.value,
        "begrunnelse": use.reason,
    }
    return {key: cell for key, cell in row.items() if cell}
