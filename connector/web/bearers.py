"""The door for those who come with an access token: add-ins and Teams.

The token says who it is, by (tid, oid) alone; the query says in which of the person's
own hats, by the mandate's reference. Without one they see what everybody sees. Answers
are JSON, also refusals, and all tokens that are refused are told the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from flask import abort, g, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from connector.identity.access_tokens import AccessToken, access_token
from connector.identity.signed_tokens import TokenRefusedError
from connector.web.refusals import words_of
from connector.web.sign_ins import signs_in
from connector.web.visits import Visit, installation, looking
from workflows.errors import NotFoundError, WorkflowError
from workflows.people.accounts import Account, person_with
from workflows.people.hats import Hat
from workflows.people.mandates import hats_of
from workflows.people.persons import Person

ASKS = {"WWW-Authenticate": 'Bearer realm="samspor"'}
ERRORS = {400: "bad_request", 403: "not_permitted", 404: "not_found", 422: "value"}

Answer = Callable[..., dict[str, Any]]


class UnknownBearerError(Exception):
    """The token is good, and its account is nobody's here."""


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Who came with a good token, and the mandate that they asked to act by."""

    token: AccessToken
    mandate: str
    at: datetime

    def wearer(self, session: Session) -> tuple[Person, Hat | None]:
        """Return the person, and the hat that was asked for.

        Raises:
            UnknownBearerError: the account is nobody's.
            NotFoundError: the person has no such hat today.
        """
        account = Account(tid=self.token.tid, oid=self.token.oid)
        person = person_with(session, account)
        if person is None:
            raise UnknownBearerError
        if not self.mandate:
            return person, None
        for hat in self.hats(session, person):
            if str(hat.mandate_id) == self.mandate:
                return person, hat
        raise NotFoundError("mandate", self.mandate)

    def hats(self, session: Session, person: Person) -> list[Hat]:
        """Return the hats of the day; for a guest those of the parties only.

        Who is not known to be no guest of the tenant gets no role of staff.
        """
        worn = hats_of(session, person=person.ref, at=self.at)
        if self.token.is_guest is False:
            return worn
        return [hat for hat in worn if hat.party is not None]


def with_token(view: Answer) -> Callable[..., Response]:
    """Let those in who bring a good token of a person who is registered."""

    @wraps(view)
    def opened(**refs: Any) -> Response:
        try:
            g.bearer = _bearer()
            with looking() as visit:
                return jsonify(view(visit, **refs))
        except (TokenRefusedError, UnknownBearerError):
            return _refused(401, "unauthorized")
        except WorkflowError as refusal:
            return _of(words_of(refusal).status)
        except HTTPException as error:
            return _of(error.code or 500)

    opened.guard = "a token"  # type: ignore[attr-defined]  # read by the test of routes
    return opened


def bearer_of(visit: Visit) -> tuple[Person, list[Hat]]:
    """Return who came with the token of this visit, and the hats to choose between."""
    found: Bearer = g.bearer
    if visit.person is None:
        raise UnknownBearerError
    return visit.person, found.hats(visit.session, visit.person)


def _bearer() -> Bearer:
    signing = signs_in()
    if signing is None:
        abort(404)
    house = installation()
    token = access_token(
        request.headers.getlist("Authorization"),
        fields={*request.args, *request.form},
        rules=signing.rules,
        keys=signing.keys,
        at=house.config.wall(),
    )
    asked = request.args.get("mandate", "")
    return Bearer(token=token, mandate=asked, at=house.now())


def _of(status: int) -> Response:
    return _refused(status, ERRORS.get(status, "refused"))


def _refused(status: int, error: str) -> Response:
    answer: Response = jsonify(error=error)
    answer.status_code = status
    if status == 401:
        answer.headers.update(ASKS)
    return answer
