"""Personal data: what is stored about oneself, and erasing and restricting others'."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import Response, after_this_request, jsonify, render_template, url_for

from connector.exports.personal_data import stored_about
from connector.library.naming import files_naming
from connector.record.personal import forget_on_disk
from connector.web.days import short_day
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers, open_to_all
from connector.web.visits import Visit, installation
from workflows.base import by_ref
from workflows.errors import NotFoundError
from workflows.people.accounts import (
    GUID,
    Account,
    link_account,
    link_of,
    unlink_account,
)
from workflows.people.persons import Person, persons_in_order
from workflows.trace.erasure import (
    ErasureBasis,
    RestrictionBasis,
    erase_person,
    lift_restriction,
    personal_data_status,
    restrict_person,
)

pages = APIBlueprint("personal_data", __name__, enable_openapi=False)


@pages.get("/om-meg")
@open_to_all
def mine(visit: Visit) -> str:
    """Show what is stored about the visitor."""
    told = stored_about(visit.session, visit.person.ref) if visit.person else None
    return render_template("people/about_me.html", told=told)


@pages.get("/om-meg.json")
@open_to_all
def mine_as_data(visit: Visit) -> Response:
    """Return what is stored about the visitor."""
    if visit.person is None:
        raise NotFoundError("person", "without a hat")
    return jsonify(stored_about(visit.session, visit.person.ref))


@pages.get("/personopplysninger")
@offers("person.erased")
def listing(visit: Visit) -> str:
    """Show everybody, and whose name is erased or restricted."""
    return render_template(
        "people/personal_data.html", persons=persons_in_order(visit.session)
    )


@pages.get("/personopplysninger/<ref>")
@offers("person.erased")
def person(visit: Visit, ref: str) -> str:
    """Show how what is stored about a person stands."""
    return show(visit, ref)


def show(visit: Visit, ref: str, *, form: Submitted | None = None) -> str:
    """Return the page of a person, with the forms."""
    row = by_ref(visit.session, Person, ref)
    return render_template(
        "people/personal_data_of.html",
        person=row,
        link=link_of(visit.session, row),
        tenant=_tenant(),
        status=personal_data_status(visit.session, ref, at=visit.at),
        form=form or Submitted(),
        erasing=ErasureBasis,
        restricting=RestrictionBasis,
    )


@pages.post("/personopplysninger/<ref>/slett")
@acts("person.erased", again=show)
def erase(visit: Visit, form: Submitted, ref: str) -> Done:
    """Erase, and tell until when backups have the name and which files to look at."""
    basis = form.choice("basis", ErasureBasis)
    form.require_sound()
    name = by_ref(visit.session, Person, ref).kept_name
    basis = basis or ErasureBasis.NOT_NEEDED
    erase_person(visit.session, person=ref, basis=basis, by=visit.by, at=visit.at)
    after_this_request(_forgotten)
    return Done(url_for("personal_data.person", ref=ref), _told(visit, ref, name))


@pages.post("/personopplysninger/<ref>/sperr")
@acts("person.restricted", again=show)
def restrict(visit: Visit, form: Submitted, ref: str) -> Done:
    """Keep what is stored, and show it to nobody."""
    basis = form.choice("restriction", RestrictionBasis)
    form.require_sound()
    basis = basis or RestrictionBasis.CONTESTED
    restrict_person(visit.session, person=ref, basis=basis, by=visit.by, at=visit.at)
    where = url_for("personal_data.person", ref=ref)
    return Done(where, visit.say("personal.restricted", ref=ref))


@pages.post("/personopplysninger/<ref>/opphev")
@acts("person.released", again=show)
def lift(visit: Visit, _form: Submitted, ref: str) -> Done:
    """Show what is stored again."""
    lift_restriction(visit.session, person=ref, by=visit.by, at=visit.at)
    where = url_for("personal_data.person", ref=ref)
    return Done(where, visit.say("personal.lifted", ref=ref))


@pages.post("/personopplysninger/<ref>/konto")
@acts("account.linked", again=show)
def link(visit: Visit, form: Submitted, ref: str) -> Done:
    """Let a person sign in with an account of the municipality's tenant."""
    account = Account(tid=_tenant(), oid=form.text("oid", needed=True).lower())
    if not GUID.fullmatch(account.oid):
        form.fault("oid", "personal.fault.oid")
    form.require_sound()
    link_account(visit.session, person=ref, account=account, by=visit.by, at=visit.at)
    where = url_for("personal_data.person", ref=ref)
    return Done(where, visit.say("personal.linked", ref=ref))


@pages.post("/personopplysninger/<ref>/konto/fjern")
@acts("account.unlinked", again=show)
def unlink(visit: Visit, _form: Submitted, ref: str) -> Done:
    """Let a person sign in no more."""
    unlink_account(visit.session, person=ref, by=visit.by, at=visit.at)
    where = url_for("personal_data.person", ref=ref)
    return Done(where, visit.say("personal.unlinked", ref=ref))


def _tenant() -> str:
    """Return the tenant that people sign in with, or would; empty without one."""
    config = installation().config
    app = config.sign_in.app if config.sign_in else config.microsoft365
    return app.tenant if app else ""


def _told(visit: Visit, ref: str, name: str | None) -> str:
    config = installation().config
    gone = visit.today + timedelta(days=config.backup_days)
    files = files_naming(config.library, name) if name else ()
    lines = [visit.say("personal.look_at", file=file) for file in files]
    return " ".join(
        [visit.say("personal.erased", ref=ref, day=short_day(gone)), *lines]
    )


def _forgotten(answer: Any) -> Any:
    """Once it is kept: what was overwritten goes from the log of the database too."""
    forget_on_disk(installation().database)
    return answer
