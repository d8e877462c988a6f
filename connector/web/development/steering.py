"""An idea is proposed, a drafting group named, and the course of a project changed."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.visits import Visit
from workflows.base import all_of, by_ref, get
from workflows.development.confederations import unseated_confederations
from workflows.development.drafting_groups import drafting_group, lacking_in
from workflows.development.forums import ForumItem, Step
from workflows.development.projects import (
    Group,
    Project,
    ProjectState,
    name_member,
    propose_project,
)
from workflows.development.steering import (
    pause_project,
    resume_project,
    stop_project,
)
from workflows.languages import LANGUAGES
from workflows.people.kinds import PARTIES, FocusArea, Party
from workflows.people.parties import CONFEDERATION_NAMES
from workflows.people.persons import Person, persons_in_order
from workflows.trace.part_time import lacks_discussion

pages = APIBlueprint("steering", __name__, enable_openapi=False)

OPEN_TO = {
    ProjectState.RUNNING: (Step.PAUSE, Step.STOP),
    ProjectState.PAUSED: (Step.RESUME, Step.STOP),
}
ENDED = frozenset(
    {ProjectState.CLOSED, ProjectState.STOPPED, ProjectState.REJECTED_IDEA}
)


def idea_page(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the form for an idea."""
    return render_template(
        "development/idea.html",
        areas=FocusArea,
        languages=LANGUAGES,
        party=visit.by.party,
        form=form or Submitted(),
    )


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page where a project is steered, with what can be done now."""
    row = by_ref(visit.session, Project, ref)
    members = drafting_group(visit.session, ref, on=visit.today)
    return render_template(
        "development/steering.html",
        project=row,
        drafters=[
            (each, get(visit.session, Person, each.person_id)) for each in members
        ],
        lacking=lacking_in(members),
        unseated=[
            CONFEDERATION_NAMES[each]
            for each in unseated_confederations(visit.session, ref, at=visit.at)
        ],
        lacks_discussion=lacks_discussion(visit.session, ref, at=visit.at),
        people=_people(visit),
        groups=Group,
        steps=() if row.state in ENDED else OPEN_TO.get(row.state, (Step.STOP,)),
        points={step: _points(visit, row, step) for step in Step},
        form=form or Submitted(),
    )


@pages.get("/prosjekter/ny")
@offers("project.proposed")
def idea(visit: Visit) -> str:
    """Show the form for an idea."""
    return idea_page(visit)


@pages.post("/prosjekter/ny")
@acts("project.proposed", again=idea_page)
def propose(visit: Visit, form: Submitted) -> Done:
    """Put an idea before all three parties."""
    ref, number = form.text("ref", needed=True), form.text("number", needed=True)
    name = form.text("name", needed=True)
    focus = form.choice("focus", FocusArea)
    language = form.one_of("language", LANGUAGES)
    form.require_sound()
    propose_project(
        visit.session,
        ref=ref,
        number=number,
        name=name,
        focus=focus or FocusArea.OTHER,
        language=language,
        by=visit.by,
        at=visit.at,
    )
    return Done(url_for("projects.project", ref=ref), visit.say("idea.done"))


@pages.get("/prosjekter/<ref>/styring")
@offers("project.member_named")
def page(visit: Visit, ref: str) -> str:
    """Show the page to whoever leads the project."""
    return show(visit, ref=ref)


@pages.post("/prosjekter/<ref>/medlemmer")
@acts("project.member_named", again=show)
def name(visit: Visit, form: Submitted, ref: str) -> Done:
    """Name a member of one of the project's groups."""
    person = form.one_of("person", [each for each, _ in _people(visit)])
    group = form.choice("group", Group)
    party = form.choice("party", Party, needed=False)
    since = form.day("since", needed=True)
    until = form.day("until")
    form.require_sound()
    assert since is not None  # noqa: S101 - the form is sound
    name_member(
        visit.session,
        project=ref,
        person=person,
        group=group or Group.REFERENCE,
        party=party,
        valid_from=since,
        valid_to=until,
        by=visit.by,
        at=visit.at,
    )
    return _done(ref, visit.say("steering.is_named"))


@pages.post("/prosjekter/<ref>/pause")
@acts("project.paused", again=show)
def pause(visit: Visit, form: Submitted, ref: str) -> Done:
    """Register that the three parties have agreed to pause the project."""
    said = _concluded(form, "pause")
    pause_project(visit.session, project=ref, **said, by=visit.by, at=visit.at)
    return _done(ref, visit.say("steering.is_paused"))


@pages.post("/prosjekter/<ref>/gjenoppta")
@acts("project.resumed", again=show)
def resume(visit: Visit, form: Submitted, ref: str) -> Done:
    """Register that the three parties have agreed to take the project up again."""
    said = _concluded(form, "resume")
    resume_project(visit.session, project=ref, **said, by=visit.by, at=visit.at)
    return _done(ref, visit.say("steering.is_resumed"))


@pages.post("/prosjekter/<ref>/stans")
@acts("project.stopped", again=show)
def stop(visit: Visit, form: Submitted, ref: str) -> Done:
    """Register that the project is stopped for good, with each party's reason."""
    point = form.text("stop-point")
    reasons = {
        party: form.text(f"stop-reason-{party}", needed=True) for party in PARTIES
    }
    form.require_sound()
    stop_project(
        visit.session,
        project=ref,
        concluded_in=point or None,
        reasons=reasons,
        by=visit.by,
        at=visit.at,
    )
    return _done(ref, visit.say("steering.is_stopped"))


def _people(visit: Visit) -> list[tuple[str, str]]:
    return [(row.ref, row.name) for row in persons_in_order(visit.session)]


def _points(visit: Visit, row: Project, step: Step) -> list[tuple[str, str]]:
    """Return the points of forums where the parties were asked this."""
    return [
        (item.ref, f"{item.ref}: {item.title}")
        for item in all_of(visit.session, ForumItem, ForumItem.ref)
        if item.project_id == row.id and item.asks is step
    ]


def _done(ref: str, message: str) -> Done:
    return Done(url_for("projects.project", ref=ref), message)


def _concluded(form: Submitted, what: str) -> dict[str, str]:
    """Return the point of the forum where all three said yes, and the reason."""
    point = form.text(f"{what}-point", needed=True)
    reason = form.text(f"{what}-reason", needed=True)
    form.require_sound()
    return {"concluded_in": point, "reason": reason}
