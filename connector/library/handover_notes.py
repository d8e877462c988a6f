"""The handover note (overleveringsnotat): one page from the frozen handover."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.library.days import written_day
from connector.library.gatherings import forum_title, gatherings
from connector.library.packages import Delivered, delivered
from connector.pictures.words import Language
from workflows.base import all_of, by_ref, owned
from workflows.clock import norwegian_date
from workflows.decision.bodies import Body
from workflows.development.forums import ForumMeeting
from workflows.development.outputs import HandoverReceipt, project_of
from workflows.forms.catalogue import form
from workflows.people.municipalities import chief_title

OFFICE = "KD"
AFTER = {"nb": "{}, etter {}", "nn": "{}, etter {}"}


def handover_values(
    session: Session, ref: str, *, language: Language, at: datetime
) -> dict[str, Any]:
    """Return the values of the note for an output, as known at `at`.

    Raises:
        NotFoundError: there is no such output.
        RuleBrokenError: it had not been handed over.
    """
    given = delivered(session, ref, at=at)
    values, project = given.values, project_of(session, given.output)
    chief = chief_title(session, on=given.handover.handed_over_on)
    found = {
        "h_title": given.output.title,
        "h_ref": ref,
        "h_version": given.version.number,
        "h_type": given.output.kind.value,
        "h_project": f"{project.number} {project.name}",
        "h_access": given.openness(language),
        "h_handed_over": _handed_over(given, language),
        "h_receiver": chief.capitalize(),
        "h_received_on": _received_on(given, at=at),
        "h_fingerprint": given.package["fingerprint"],
        "h_decision": given.package["decision_needed"],
        "h_body": ", ".join(_bodies(given, chief.capitalize(), language)),
        "h_positions": list(given.positions(language=language, public=False)),
        "h_deviations": list(given.deviations(language=language, public=False)),
        "h_rounds": list(
            gatherings(session, ref, given.said_in, language=language, at=at)
        ),
        "h_ha": list(_to_be_discussed(given, language)),
        "h_sources": values.get("o_sources"),
        "h_uncertainty": values.get("o_uncertainty"),
    }
    return {key: value for key, value in found.items() if value}


def _handed_over(given: Delivered, language: Language) -> str:
    day = written_day(given.handover.handed_over_on)
    meeting = by_ref(given.session, ForumMeeting, given.package["concluded_in"])
    title = forum_title(meeting, language)
    return AFTER[language].format(day, title[0].lower() + title[1:])


def _received_on(given: Delivered, *, at: datetime) -> str | None:
    query = owned(given.session, HandoverReceipt).where(
        HandoverReceipt.handover_id == given.handover.id, HandoverReceipt.at <= at
    )
    first = given.session.scalars(query.order_by(HandoverReceipt.at)).first()
    return norwegian_date(first.at).isoformat() if first else None


def _bodies(given: Delivered, chief: str, language: Language) -> Iterator[str]:
    """The package names bodies by their short names; a reader should not need those."""
    names = {
        body.ref: body.name_nn if language == "nn" else body.name_nb
        for body in all_of(given.session, Body)
    } | {OFFICE: chief}
    for ref in given.package["suggested_body"].split(","):
        yield names.get(ref.strip(), ref.strip())


def _to_be_discussed(given: Delivered, language: Language) -> Iterator[Any]:
    """What the mandate says must be discussed or negotiated under Hovedavtalen."""
    columns = {column.key: column for column in form("mandate").field("m_ha").columns}
    words = {one.key: one.label.in_(language) for one in columns["form"].choices}
    for row in given.mandate.get("m_ha") or []:
        if row.get("form") in ("consultation", "negotiation"):
            kind = words[row["form"]].lower()
            told = [row.get("tema"), kind, row.get("naar"), row.get("mellom")]
            yield {"list": "bullet", "text": " · ".join(filter(None, told))}
