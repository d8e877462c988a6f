"""The web application, wired together here and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from connector.identity.sign_in import SignIn
from connector.installation import Installation
from connector.library.notifications import KnownSubscriptions
from connector.web import (
    api,
    background,
    consultations,
    headers,
    health,
    notifications,
    refusals,
    sign_ins,
    speech,
    uploads,
    word_templates,
)
from connector.web.decision import (
    case_texts,
    cases,
    comments,
    corrections,
    followups,
    import_logs,
    justifications,
    noting,
    outcomes,
    protocols,
    treatments,
    uses,
)
from connector.web.development import (
    agreements,
    assessments,
    consents,
    documents,
    forums,
    from_word,
    guest_answers,
    hearing_intake,
    hearing_plans,
    hearing_summaries,
    hearings,
    library,
    outputs,
    projects,
    round_changes,
    round_remarks,
    rounds,
    steering,
)
from connector.web.people import (
    break_glass,
    calendar,
    choice,
    party_page,
    personal_data,
    rooms,
    sign_in,
    telling,
    tongue,
)
from connector.web.spam import WrongLinks
from connector.web.texts import texts
from connector.web.trace import (
    access_classes,
    access_requests,
    archive,
    audits,
    changes,
    coverage,
    history,
    matrices,
    overview,
    pictures,
    public_copies,
    questions,
    search,
    verifier,
)
from workflows.errors import WorkflowError

LARGEST_FORM = 512 * 1024
PAGES = (
    overview.pages,
    party_page.pages,
    rooms.pages,
    calendar.pages,
    telling.pages,
    projects.pages,
    steering.pages,
    outputs.pages,
    rounds.pages,
    round_changes.pages,
    round_remarks.pages,
    guest_answers.pages,
    hearings.pages,
    hearing_plans.pages,
    hearing_intake.pages,
    hearing_summaries.pages,
    forums.pages,
    agreements.pages,
    documents.pages,
    consents.pages,
    assessments.pages,
    consultations.pages,
    access_classes.pages,
    archive.pages,
    background.pages,
    public_copies.pages,
    access_requests.pages,
    break_glass.pages,
    audits.pages,
    personal_data.pages,
    from_word.pages,
    library.pages,
    word_templates.pages,
    cases.pages,
    case_texts.pages,
    comments.pages,
    corrections.pages,
    import_logs.pages,
    protocols.pages,
    treatments.pages,
    uses.pages,
    justifications.pages,
    outcomes.pages,
    followups.pages,
    noting.pages,
    questions.pages,
    coverage.pages,
    changes.pages,
    search.pages,
    matrices.pages,
    pictures.pages,
    history.pages,
    verifier.pages,
    tongue.pages,
)


def create_app(
    installation: Installation,
    *,
    secret_key: str,
    demo: bool,
    signing: SignIn | None = None,
) -> APIFlask:
    """Return the application that serves an installation.

    `signing` is how people sign in. Without it a person is chosen on a page in a demo,
    and elsewhere nobody has a hat.

    Raises:
        TextsError: a text of the pages lacks bokmål or nynorsk.
    """
    texts()
    app = APIFlask(
        "connector.web",
        title="Samspor",
        version="1",
        json_errors=False,
        docs_path=None,
        spec_path="/openapi.json",
        static_folder="static",
        template_folder="templates",
    )
    app.config.update(_settings(secret_key, signing))
    app.extensions["sign in"] = signing
    app.extensions["installation"] = installation
    app.extensions["wrong links"] = WrongLinks()
    app.extensions["subscriptions"] = KnownSubscriptions()
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.finalize = speech.spoken
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        speech.words(), is_demo=demo, signs_in=signing is not None
    )
    # The token is read from the form, so that how large it may be is told before.
    app.before_request(uploads.allow_files)
    CSRFProtect(app).exempt(notifications.pages)
    _register(app, demo=demo)
    return app


def _settings(secret_key: str, signing: SignIn | None) -> dict[str, Any]:
    place = urlsplit(signing.origin if signing else "")
    is_secure = place.scheme == "https"
    return {
        "SECRET_KEY": secret_key,
        "HOSTS": frozenset({place.hostname} - {None}),
        "SESSION_COOKIE_NAME": "__Host-samspor" if is_secure else "samspor",
        "SESSION_COOKIE_SECURE": is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "OPENAPI_VERSION": "3.1.0",
    }


def _register(app: APIFlask, *, demo: bool) -> None:
    app.after_request(headers.with_headers)
    signs_in = app.extensions["sign in"] is not None
    if demo or signs_in:
        app.before_request(headers.refuse_foreign_hosts)
        app.register_blueprint(choice.pages)
    if app.config["SESSION_COOKIE_SECURE"]:
        app.before_request(headers.refuse_in_clear)
    if signs_in:
        app.after_request(sign_ins.note_requests)
        app.register_blueprint(sign_in.pages)
        app.register_blueprint(api.pages)
    for pages in PAGES:
        app.register_blueprint(pages)
    app.register_blueprint(health.pages)
    app.register_blueprint(notifications.pages)
    app.register_error_handler(WorkflowError, refusals.page_of_workflow_error)
    app.register_error_handler(HTTPException, refusals.page_of_http_error)
    app.register_error_handler(Exception, refusals.page_of_any_error)
