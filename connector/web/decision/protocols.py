"""Minutes read into the form of a treatment: what was found, where, and nothing stored.

The person sees each value beside the words it was read from, and registers the
treatment herself. What the words do not settle is left for her to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from apiflask import APIBlueprint
from flask import render_template
from werkzeug.datastructures import MultiDict

from connector.imports.errors import ValueRefusedError
from connector.imports.problems import Language, Problem
from connector.imports.protocol import Protocol, read_protocol
from connector.imports.protocol_votes import Statement
from connector.imports.records import Outcome
from connector.library.quarantine import lines_safely
from connector.web.decision.cases import bodies, readable_case
from connector.web.decision.treatments import Shown, show
from connector.web.forms import FormError, Refused, Submitted
from connector.web.guards import Done, acts, offers
from connector.web.speech import body_name
from connector.web.uploads import file_sent, refuse_file
from connector.web.visits import Visit
from templates_docx.errors import RefusedFileError
from workflows.base import owned
from workflows.clock import norwegian_date
from workflows.decision.bodies import Body, BodyKind, groups_of
from workflows.decision.cases import Case
from workflows.decision.import_rules import folded
from workflows.decision.meetings import BodyMeeting, Result
from workflows.decision.points import points_in

pages = APIBlueprint("protocols", __name__, enable_openapi=False)

TREATED: Final = "case.treated"
_RESULTS: Final[Mapping[Outcome, Result]] = {
    Outcome.SENT_BACK: Result.SENT_BACK,
    Outcome.POSTPONED: Result.POSTPONED,
    Outcome.NOTED: Result.NOTED,
    Outcome.WITHDRAWN: Result.WITHDRAWN,
    Outcome.RECOMMENDED: Result.RECOMMENDS,
}
_ASKED: Final = frozenset({Result.SENT_BACK, Result.POSTPONED})


def page(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page that takes minutes, or the treatment's form filled from them."""
    form = form or Submitted()
    if form.value("read"):
        return show(visit, ref=ref, form=form, found=_shown(form))
    return render_template(
        "decision/protocol.html",
        case=readable_case(visit, ref),
        bodies=[(body.ref, body_name(body)) for body in bodies(visit).values()],
        form=form,
    )


@pages.get("/saker/<ref>/protokoll")
@offers(TREATED)
def protocol_form(visit: Visit, ref: str) -> str:
    """Show where minutes are pasted or sent."""
    return page(visit, ref=ref)


@pages.post("/saker/<ref>/protokoll")
@acts(TREATED, again=page)
def read(visit: Visit, form: Submitted, ref: str) -> Done:
    """Fill the form of the treatment from minutes; it comes back to be confirmed."""
    case = readable_case(visit, ref)
    name, text = _minutes(visit, form)
    try:
        found = read_protocol(text)
    except ValueRefusedError as refusal:
        raise _unusable(visit, form, refusal.problem) from refusal
    body = _body(visit, form, found)
    if body is None:
        form.fault("body", "protocol.fault.body")
        raise FormError
    filled = dict(_filled(visit, found, case, body, name))
    form.fields = MultiDict(filled | {"read": "yes"} | _places(found, filled))
    raise FormError


def _minutes(visit: Visit, form: Submitted) -> tuple[str, str]:
    """Return what the minutes are called and say: the text pasted, else the file."""
    pasted = form.fields.get("protocol", "")
    if pasted.strip():
        return "", pasted
    name, data = file_sent(form, "file")
    try:
        return name, "\n".join(lines_safely(data))
    except RefusedFileError as refusal:
        raise refuse_file(visit, form, refusal) from refusal


def _unusable(visit: Visit, form: Submitted, what: Problem) -> FormError:
    language: Language = "nn" if visit.language == "nn" else "nb"
    form.refusal = Refused(
        status=422,
        title="refusal.file.title",
        text="refusal.file.text",
        detail=what.text(language),
    )
    return FormError()


def _body(visit: Visit, form: Submitted, found: Protocol) -> Body | None:
    """Return the body chosen, else the one that the minutes name."""
    known = bodies(visit)
    chosen = known.get(form.value("body"))
    if chosen or found.body is None:
        return chosen
    named = folded(found.body.value)
    hits = [
        body
        for body in known.values()
        if named in {folded(body.ref), folded(body.name_nb), folded(body.name_nn)}
    ]
    return hits[0] if len(hits) == 1 else None


def _filled(
    visit: Visit, found: Protocol, case: Case, body: Body, name: str
) -> Iterator[tuple[str, str]]:
    """Yield the fields of the treatment's form that the minutes tell."""
    yield "body", body.ref
    yield "rows", str(max(4, len(_points(found)), len(found.statements)))
    yield "minutes", ", ".join(filter(None, [_title(found, body), name]))
    result = _result(found, case, body)
    yield "result", result.value if result else ""
    yield "recommendation_from", found.proposed_by
    if found.meeting_day:
        yield "treated_on", found.meeting_day.isoformat()
        yield "meeting", _meeting(visit, body, found)
    if found.case_number:
        yield "number_type", found.case_number.type
        yield "number_seq", str(found.case_number.seq)
    yield from _texts(found, result)
    yield from _votes(visit, found, body)


def _title(found: Protocol, body: Body) -> str:
    day = f" {found.meeting_day:%d.%m.%Y}" if found.meeting_day else ""
    number = f", {found.number.value}" if found.number else ""
    return f"{body_name(body)}{day}{number}"


def _result(found: Protocol, case: Case, body: Body) -> Result | None:
    """Return the result; adopted is final only in the body that is the last.

    The council is the last (kommuneloven § 5-3), else the last of the case's plan.
    """
    if found.outcome in _RESULTS:
        return _RESULTS[found.outcome]
    is_last = body.kind is BodyKind.COUNCIL or case.plan[-1:] == [body.ref]
    is_adopted = found.outcome in {Outcome.ADOPTED, Outcome.ADOPTED_CHANGED}
    return Result.FINAL if is_adopted and is_last else None


def _points(found: Protocol) -> list[str]:
    text = found.decided.text if found.decided else ""
    return [point.text for point in points_in(text)]


def _texts(found: Protocol, result: Result | None) -> Iterator[tuple[str, str]]:
    """Yield what was put forward, and what the body decided, where that goes."""
    if found.proposed and found.proposed.text:
        yield "proposer-1", found.proposed_by or found.proposed.heading.rstrip(":")
        yield "proposal-1", found.proposed.text
    text = found.decided.text if found.decided else ""
    if result in _ASKED:
        yield "asked", text
    elif result is Result.RECOMMENDS:
        yield "recommendation", text
    else:
        yield "decision", text
        for number, point in enumerate(_points(found), start=1):
            yield f"item-{number}", point


def _votes(visit: Visit, found: Protocol, body: Body) -> Iterator[tuple[str, str]]:
    """Yield the votes by group, or of the whole body where it has no groups."""
    names = [folded(name) for name in groups_of(visit.session, body)]
    if len(found.statements) == 1 and found.statements[0].is_unanimous:
        yield "unanimous", "yes"
    if any(statement.has_casting_vote for statement in found.statements):
        yield "casting", "yes"
    for row, statement in enumerate(found.statements, start=1):
        told = _counted(statement, names)
        if told:
            yield f"subject-{row}", statement.text[:200]
        for place, in_favour, against in told:
            yield f"for-{row}-{place}", str(in_favour)
            yield f"against-{row}-{place}", str(against)


def _counted(statement: Statement, names: list[str]) -> list[tuple[int, int, int]]:
    """Return votes by the group's place; none where a group is unknown."""
    if not names:
        if statement.in_favour is None or statement.against is None:
            return []
        return [(0, statement.in_favour, statement.against)]
    told = {folded(name): votes for name, *votes in statement.by_group}
    if not set(told) <= set(names):
        return []
    return [(names.index(name), votes[0], votes[1]) for name, votes in told.items()]


def _meeting(visit: Visit, body: Body, found: Protocol) -> str:
    """Return the body's only meeting that day, empty where there is not one."""
    query = owned(visit.session, BodyMeeting).where(BodyMeeting.body_id == body.id)
    held = [
        meeting.ref
        for meeting in visit.session.scalars(query)
        if norwegian_date(meeting.starts_at) == found.meeting_day
    ]
    return held[0] if len(held) == 1 else ""


def _places(found: Protocol, filled: Mapping[str, str]) -> dict[str, str]:
    """Return where each value was read, as hidden fields «found-…» of the form."""
    told = [
        ("treated_on", found.day),
        ("number_seq", found.number),
        ("result", found.outcome_from),
    ]
    places = {key: (one.line, one.quote) for key, one in told if one}
    for one, fields in (
        (found.proposed, ("proposal-1",)),
        (found.decided, ("decision", "recommendation", "asked")),
    ):
        kept = [key for key in fields if filled.get(key)]
        places |= {key: (one.line, one.heading) for key in kept if one}
    for row, statement in enumerate(found.statements, start=1):
        places[f"subject-{row}"] = (statement.line, statement.text)
    return {f"found-{key}": f"{line}|{quote}" for key, (line, quote) in places.items()}


def _shown(form: Submitted) -> list[Shown]:
    """Return what was found for the page to show, in the order of the form."""
    told = []
    for key, said in form.fields.items():
        if key.startswith("found-"):
            line, _, quote = said.partition("|")
            field = key.removeprefix("found-")
            told.append(Shown(field=field, line=line, quote=quote))
    return told
