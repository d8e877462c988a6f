"""The two doors of every view: reading a matter, and doing an act.

Each view goes through one of them, and says so in its `guard`; a test walks all routes.
Errors of a form come back to the page they came from, with what was written in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from connector.web.forms import FormError, Submitted
from connector.web.refusals import page_of, words_of
from connector.web.visits import Visit, acting, looking
from workflows.errors import (
    InvalidValueError,
    NotPermittedError,
    RuleBrokenError,
    StaleVersionError,
    TransitionNotAllowedError,
    WorkflowError,
)
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.reading import Matter

ANSWERABLE = (
    InvalidValueError,
    RuleBrokenError,
    StaleVersionError,
    TransitionNotAllowedError,
)

Page = Callable[..., Any]


class Done(NamedTuple):
    """What follows an act: where to go, and the text that confirms it."""

    where: str
    message: str


def open_to_all(view: Page) -> Page:
    """Let everybody in; the page itself shows what its visitor may see."""

    @wraps(view)
    def opened(**refs: Any) -> Any:
        with looking() as visit:
            return view(visit, **refs)

    return _marked(opened, "open to all")


def without_session(view: Page) -> Page:
    """Let everybody in to what says nothing about the municipality."""
    return _marked(view, "open to all")


def reads(matter: Matter) -> Callable[[Page], Page]:
    """Let those in who may read `matter`."""

    def guarded(view: Page) -> Page:
        @wraps(view)
        def opened(**refs: Any) -> Any:
            with looking() as visit:
                visit.require(matter)
                return view(visit, **refs)

        return _marked(opened, f"reads {matter}")

    return guarded


def offers(act: str) -> Callable[[Page], Page]:
    """Show a form to those who may do `act`."""

    def guarded(view: Page) -> Page:
        @wraps(view)
        def opened(**refs: Any) -> Any:
            with looking() as visit:
                permit(visit.by, act, at=visit.at)
                return view(visit, **refs)

        return _marked(opened, f"offers {act}")

    return guarded


Wearing = Callable[..., Hat]


def acts(
    act: str, *, again: Page, by: Hat | Wearing | None = None
) -> Callable[[Page], Page]:
    """Do `act` in one transaction; `again` shows the page anew when it is refused.

    Only to whoever may do the act: others, as those whose mandate has ended, are told
    which rule stands in the way, and see nothing of the page.

    The view gets the visit and the form, and returns `Done`. `by` is the hat of an act
    that anybody may set off, where the visitor needs none, or what finds it from the
    visit and the address.
    """

    def shown(visit: Visit, **refs: Any) -> Any:
        told = {key: value for key, value in refs.items() if key != "form"}
        permit(_actor(by, visit, told), act, at=visit.at)
        return again(visit, **refs)

    def guarded(view: Page) -> Page:
        @wraps(view)
        def done(**refs: Any) -> Any:
            form = Submitted(request.form)
            try:
                with acting() as visit:
                    permit(_actor(by, visit, refs), act, at=visit.at)
                    then: Done = view(visit, form, **refs)
            except FormError:
                return _shown_again(shown, form, 422, refs)
            except ANSWERABLE as refusal:
                return _refused(shown, form, refusal, refs)
            flash(then.message)
            return redirect(then.where, 303)

        return _marked(done, f"acts {act}")

    return guarded


def _actor(by: Hat | Wearing | None, visit: Visit, refs: dict[str, Any]) -> Hat:
    if by is None:
        return visit.by
    return by if isinstance(by, Hat) else by(visit, **refs)


def _refused(
    again: Page, form: Submitted, refusal: WorkflowError, refs: dict[str, Any]
) -> Any:
    """Say on the page which rule stands in the way; the rule's own page if need be."""
    told = words_of(refusal)
    form.refusal = told
    try:
        return _shown_again(again, form, told.status, refs)
    except (NotPermittedError, RuleBrokenError):
        return page_of(told)


def _shown_again(
    again: Page, form: Submitted, status: int, refs: dict[str, Any]
) -> Response:
    with looking() as visit:
        shown: Visit = visit
        return Response(
            again(shown, form=form, **refs), status=status, content_type="text/html"
        )


def _marked(view: Page, guard: str) -> Page:
    view.guard = guard  # type: ignore[attr-defined]  # read by the test of all routes
    return view
