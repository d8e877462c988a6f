"""Every page in a real browser: accessible, and in one column on a narrow screen.

axe finds what it can of WCAG 2.1 A and AA. It does not notice text that runs out of a
narrow screen (1.4.10 Reflow), so that is measured here.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

from connector.installation import Installation
from connector.library.delivery import delivery_of
from connector.library.folder import FolderLibrary
from connector.record.keys import record_key
from connector.record.packages import package
from connector.wsgi import server
from templates_docx.build import packaged
from tests.connector.web.applications import made_app
from tests.connector.web.conftest import open_installation_at
from tests.templates_docx.in_word import typed, with_comment, with_insertion
from tests.templates_docx.tampering import edited
from workflows.base import by_ref
from workflows.development.documents import Version
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate
from workflows.people.persons import register_person

CHROMIUM = "/usr/bin/chromium"
FAULTS = "options => axe.run(document, options).then(found => found.violations)"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
NARROW, WIDE = 320, 1280
# A promise and no polled expression: the pages' own policy forbids evaluating texts.
SCROLLED = """node => new Promise(seen => {
  const last = performance.now() + 5000;
  const look = () => node.scrollLeft > 0 || performance.now() > last
    ? seen(node.scrollLeft > 0) : requestAnimationFrame(look);
  look();
})"""

EDITED = "PR1/2025-412_prosjektmandat_pr1-m_naervaer-paa-solsida_v1-0_nb.docx"

# Address, and the person and number of the hat that it is seen in; None is the public.
PAGES = (
    ("overview.front", "/", None),
    ("overview.front", "/", ("P15", 0)),
    ("choice.people", "/hvem", None),
    ("projects.listing", "/prosjekter", ("P15", 0)),
    ("projects.project", "/prosjekter/PR1", ("P15", 0)),
    ("steering.idea", "/prosjekter/ny", ("P22", 0)),
    ("steering.page", "/prosjekter/PR1/styring", ("P22", 0)),
    ("projects.project", "/prosjekter/PR2", ("P15", 0)),
    ("outputs.listing", "/leveranser", ("P15", 0)),
    ("outputs.output", "/leveranser/O-102", ("P15", 0)),
    ("outputs.output", "/leveranser/O-104", ("P11", 0)),
    ("rounds.listing", "/runder", ("P15", 0)),
    ("rounds.review", "/runder/R-02", ("P15", 0)),
    ("rounds.review", "/runder/R-04", ("P15", 0)),
    ("guests.links", "/runder/R-03/gjester", ("P22", 0)),
    ("guests.thanks", "/gjest", None),
    ("hearings.listing", "/horinger", None),
    ("hearings.hearing", "/horinger/H-1", None),
    ("hearings.hearing", "/horinger/H-1", ("P22", 0)),
    ("hearings.hearing", "/horinger/H-0", None),
    ("hearing_plans.plan_form", "/horinger/ny", ("P22", 0)),
    ("hearing_intake.answers", "/horinger/H-1/svarene", ("P22", 0)),
    ("hearing_intake.answers", "/horinger/H-0/svarene", ("P15", 0)),
    ("hearing_summaries.summary", "/horinger/H-1/oppsummering", ("P22", 0)),
    ("forums.listing", "/forum", ("P22", 0)),
    ("forums.forum", "/forum/E-2", ("P22", 0)),
    ("forums.forum", "/forum/E-3", ("P22", 0)),
    ("agreements.listing", "/avtaler", ("P15", 0)),
    ("agreements.agreement", "/avtaler/PR1-A", ("P15", 0)),
    ("documents.version", "/dokumenter/PR1-M@1.0", None),
    ("public_copies.page", "/dokumenter/PR1-M@1.0/offentlig-kopi", ("P13", 0)),
    ("party.mine", "/min-part", ("P15", 0)),
    ("telling.page", "/varsling", ("P15", 0)),
    ("calendar.page", "/kalender", ("P15", 0)),
    ("rooms.room", "/min-part/rom/R-03", ("P15", 0)),
    ("consultations.listing", "/drofting", ("P15", 0)),
    ("consultations.consultation", "/drofting/D-1", ("P11", 0)),
    ("consultations.consultation", "/drofting/D-2", ("P15", 0)),
    ("assessments.listing", "/egenvurdering", ("P22", 0)),
    ("assessments.assessment", "/egenvurdering/SE-1", ("P15", 0)),
    ("assessments.assessment", "/egenvurdering/SE-2", ("P15", 0)),
    ("consents.consents", "/dokumenter/PR1-M/samtykke", ("P15", 0)),
    ("consents.consents", "/dokumenter/PR1-M/samtykke", ("P22", 0)),
    ("rounds.review", "/runder/R-03", ("P15", 0)),
    ("rounds.review", "/runder/R-03", ("P22", 0)),
    ("from_word.listing", "/fra-word", ("P22", 0)),
    ("from_word.file", f"/fra-word/{EDITED}", ("P22", 0)),
    ("templates.listing", "/maler", ("P22", 0)),
    ("templates.template", "/maler/mandate/nb", ("P22", 0)),
    ("access_classes.listing", "/tilgang", ("P13", 0)),
    ("library.listing", "/dokumentbibliotek", ("P13", 0)),
    ("archive.listing", "/arkiv", ("P13", 0)),
    ("archive.package", "/arkiv/PR1/pakke", ("P13", 0)),
    ("background.page", "/bakgrunn", ("P06", 0)),
    ("access_classes.listing", "/tilgang", ("P11", 0)),
    ("access_requests.listing", "/innsyn", ("P13", 0)),
    ("audits.listing", "/revisjon", ("P15", 0)),
    ("break_glass.listing", "/nodlesing", ("P15", 0)),
    ("cases.listing", "/saker", ("P10", 0)),
    ("cases.case", "/saker/C01", ("P10", 0)),
    ("case_texts.text", "/saker/C01/saksframlegg", ("P11", 0)),
    ("comments.comment_form", "/saker/C01/kommentar", ("P15", 0)),
    ("treatments.treatment", "/behandlinger/C01-T2", ("P10", 0)),
    ("protocols.protocol_form", "/saker/C01/protokoll", ("P10", 0)),
    ("corrections.correction_form", "/behandlinger/C01-T2/retting", ("P10", 0)),
    ("import_logs.listing", "/innlesinger", ("P10", 0)),
    ("treatments.treatment_form", "/saker/C01/behandling", ("P10", 0)),
    ("treatments.treatment_form", "/saker/C01/behandling?organ=KST", ("P10", 0)),
    ("outcomes.outcome_form", "/behandlinger/C01-T2/utfall", ("P10", 0)),
    ("outcomes.proposal_form", "/behandlinger/C01-T1/utfall/forslag", ("P11", 0)),
    ("uses.use_form", "/saker/C01/bruk", ("P11", 0)),
    ("followups.listing", "/oppfolging", ("P11", 0)),
    ("followups.followup", "/oppfolging/F-01", ("P11", 0)),
    ("search.find", "/sok?ord=vikar", ("P15", 0)),
    ("questions.listing", "/sporsmal", ("P15", 0)),
    ("questions.question", "/sporsmal/outcomes", ("P15", 0)),
    ("coverage.page", "/dekning", ("P11", 0)),
    ("matrices.page", "/dekning/matrise", ("P11", 0)),
    ("changes.change", "/leveranser/O-102/endret/C01", ("P11", 0)),
    ("changes.impact", "/leveranser/O-102/folger", ("P11", 0)),
    (
        "justifications.justification_form",
        "/behandlinger/C01-T2/begrunnelse",
        ("P11", 0),
    ),
    ("questions.question", "/sporsmal/dissent", ("P15", 0)),
    ("pictures.trace", "/spor/C01", ("P15", 0)),
    ("history.log", "/historikk/PR1", ("P15", 0)),
    ("verifier.page", "/kontroller", None),
    ("personal_data.mine", "/om-meg", ("P15", 0)),
    ("personal_data.listing", "/personopplysninger", ("P40", 0)),
    ("personal_data.person", "/personopplysninger/P16", ("P40", 0)),
)
NO_PAGES = {
    "static",
    "openapi.spec",
    "health.healthz",
    "personal_data.mine_as_data",
    "questions.as_table",
    "archive.package_file",
    "archive.plan",
    "questions.as_data",
    "pictures.table",
    "templates.take_out",  # a Word file
    "public_copies.word",  # a Word file
    "audits.extract",  # a file of a look; it is held in a test of its own
    "calendar.feed",  # a calendar at a secret address
    "guests.guest",  # the address is a secret; it is looked at in a test of its own
    "hearings.receipt",  # the address holds a secret; the page is looked at in a test
}
DARK = ("/", "/leveranser/O-102", "/saker/C01", "/saker/C01/behandling?organ=KST")


class Site(NamedTuple):
    """A served house, and a browser to see it in."""

    address: str
    browser: Browser
    endpoints: set[str]
    seats: dict[tuple[str, int] | None, Page]
    package: bytes


@pytest.fixture(scope="module")
def site(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("seen") / "testvik"
    house = open_installation_at(Path(shutil.copytree(played, folder)))
    work_in_word(house)
    own_template(house)
    chief_executives_office(house)
    app = made_app(house)
    serving: Any = server(app, port=0)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        endpoints = {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or set())
        }
        address = f"http://127.0.0.1:{serving.effective_port}"
        yield Site(address, browser, endpoints, seats={}, package=packed(house))
        browser.close()
    serving.close()
    house.database.close()


def chief_executives_office(house: Installation) -> None:
    """Let somebody answer for personal data."""
    by: Any = {"by": SYSTEM, "at": house.now()}
    with house.transaction() as session:
        register_person(session, ref="P40", name="Siri Kontor", **by)
        mandate: Any = {
            "ref": "M-KD",
            "person": "P40",
            "valid_from": house.now().date(),
        }
        give_mandate(session, role=Role.CE_OFFICE, **mandate, **by)


def packed(house: Installation) -> bytes:
    """Return the package about a case, as anybody gets it."""
    key = record_key(house.config.data)
    with house.reading() as session:
        return package(
            session, "C01", library=house.config.library, key=key, at=house.now()
        )


def work_in_word(house: Installation) -> None:
    """Lay a file in the library that collides with the record, and says more."""
    with house.reading() as session:
        version = by_ref(session, Version, "PR1-M@1.0")
        data = delivery_of(session, version, at=house.now()).data
    library = FolderLibrary(house.config.library)
    library.deliver(EDITED, typed(data, "Nærvær på Solsida", "Nærvær"))
    changed = typed(data, "Nærvær på Solsida", "Nærvær på Lia")
    changed = typed(changed, "2025/412", "2025/413")
    changed = with_comment(changed, "m_summary", "Hvorfor?", author="Siv Grønlid")
    library.put(EDITED, with_insertion(changed, "m_start", "!", author="Siv Grønlid"))
    library.put("PR1/annet.docx", b"ikke Word")


def own_template(house: Installation) -> None:
    """Put in a template of the municipality's own, with something to say of it."""
    data = edited(
        packaged("mandate", "nb"), "Kort fortalt</w:t>", "I korte trekk</w:t>"
    )
    house.templates.put("mandate", "nb", data, at=house.now())


def opened(site: Site, path: str, hat: tuple[str, int] | None, **context: Any) -> Page:
    page = site.browser.new_context(locale="nb-NO", **context).new_page()
    page.add_init_script(AXE_SCRIPT)
    if hat:
        person, number = hat
        page.goto(f"{site.address}/hvem")
        form = page.locator(f"form:has(input[name=person][value={person}]) button")
        form.nth(number).click()
    answer = page.goto(site.address + path)
    assert answer is not None
    assert answer.status == 200, path
    return page


def seated(site: Site, hat: tuple[str, int] | None) -> Page:
    """The page of somebody who has the hat on already; one for all who look."""
    if hat not in site.seats:
        site.seats[hat] = opened(site, "/", hat)
    return site.seats[hat]


def violations(page: Page) -> list[str]:
    # What passes is not sent over: on a long page that is most of the time.
    found = page.evaluate(FAULTS, {"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]
    ]


def test_every_page_is_looked_at(site: Site) -> None:
    assert site.endpoints - NO_PAGES == {endpoint for endpoint, _, _ in PAGES}


@pytest.mark.parametrize(
    ("path", "hat"),
    [pytest.param(path, hat, id=f"{path} {hat or 'public'}") for _, path, hat in PAGES],
)
def test_a_page_is_accessible_and_reflows(
    site: Site, path: str, hat: tuple[str, int] | None
) -> None:
    page = seated(site, hat)
    page.set_viewport_size({"width": NARROW, "height": 800})
    answer = page.goto(site.address + path)
    assert answer is not None
    assert answer.status == 200, path

    width = page.evaluate("document.documentElement.scrollWidth")
    narrow = violations(page)
    page.set_viewport_size({"width": WIDE, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")

    assert (narrow, width <= NARROW, wide <= WIDE) == ([], True, True)


@pytest.mark.parametrize("path", DARK)
def test_a_page_is_accessible_in_the_dark(site: Site, path: str) -> None:
    page = opened(
        site,
        path,
        ("P10", 0),
        viewport={"width": WIDE, "height": 900},
        color_scheme="dark",
    )

    assert violations(page) == []
    page.context.close()


def test_a_form_with_faults_is_accessible_too(site: Site) -> None:
    page = opened(site, "/saker/C01/bruk", ("P11", 0))

    page.get_by_role("button", name="Registrer bruk").click()

    assert page.title().startswith("Feil: ")
    assert violations(page) == []
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.url.endswith("#f-output")
    page.context.close()


def test_the_pages_at_secret_addresses_are_accessible(site: Site) -> None:
    manager = opened(site, "/runder/R-03/gjester", ("P22", 0))
    manager.select_option("#f-mandate", "M-15")
    manager.get_by_role("button", name="Lag lenken").click()
    link = urlsplit(manager.input_value("#f-address")).path
    manager.goto(f"{site.address}/horinger/H-0/svarene")
    receipt = manager.get_by_role("link", name="Kvitteringen for H-0/1")
    narrow = {"viewport": {"width": NARROW, "height": 800}}

    guest = opened(site, link, None, **narrow)
    found = violations(guest)
    guest.get_by_role("button", name="Åpne teksten").click()
    found += violations(guest)
    width = guest.evaluate("document.documentElement.scrollWidth")
    page = opened(site, str(receipt.get_attribute("href")), None, **narrow)

    assert found + violations(page) == []
    assert width <= NARROW
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    for each in (manager, guest, page):
        each.context.close()


def test_a_file_is_checked_in_the_browser_and_sent_nowhere(site: Site) -> None:
    whole = site.package
    spoilt = bytearray(whole)
    spoilt[whole.index(b'"body"') + 30] ^= 1
    page = opened(site, "/kontroller", None)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))

    for data, verdict in ((whole, "Alt stemmer."), (spoilt, "NOE STEMMER IKKE.")):
        file: Any = {"name": "C01.zip", "mimeType": "", "buffer": bytes(data)}
        page.set_input_files("#file", file)
        page.locator("#verdict", has_text=verdict).wait_for()

    assert {urlsplit(url).path for url in sent} <= {"/static/mark.svg"}
    assert page.locator("#findings .bad").count() == 1
    assert violations(page) == []
    page.context.close()


def test_the_keyboard_reaches_the_content_first(site: Site) -> None:
    page = opened(site, "/saker/C01", ("P10", 0))

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "innhold"
    page.context.close()


def test_the_picture_scrolls_by_keyboard_on_a_narrow_screen(site: Site) -> None:
    page = opened(
        site, "/saker/C01", ("P10", 0), viewport={"width": NARROW, "height": 800}
    )
    picture = page.locator(".picture")

    picture.focus()
    page.keyboard.press("ArrowRight")

    assert picture.evaluate(SCROLLED)
    assert picture.get_attribute("aria-label")
    page.context.close()


def test_the_menu_is_opened_on_a_narrow_screen_without_any_script(site: Site) -> None:
    page = site.browser.new_context(
        java_script_enabled=False, viewport={"width": NARROW, "height": 800}
    ).new_page()
    page.goto(site.address)

    page.get_by_text("Meny").click()
    page.get_by_role("link", name="Saker", exact=True).click()

    assert page.url.endswith("/saker")
    page.context.close()
