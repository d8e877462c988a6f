"""A round among equals: who speaks, who closes, who got the text, what became of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from connector.database.dump import dumped
from connector.web.days import clock_of, short_day
from connector.web.days import moment as told_at
from tests.connector.web.visitors import plain
from tests.journeys.villages import Village
from workflows.base import by_ref
from workflows.development.answers import counted_answers
from workflows.development.drafting import write_fields
from workflows.development.parity import accesses_told, gap_minutes
from workflows.development.rounds import Round, open_round
from workflows.errors import NotPermittedError, WorkflowError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Role
from workflows.people.mandates import end_mandate, holder_of
from workflows.people.notices import NoticeKind, notices_about
from workflows.record.entries import entries_until

ROUND = "/runder/R-9"
A, F, T = PARTIES
CONTACTS = ("M-P-A", "M-P-F", "M-P-T")
NO_MANDATE = "Bare den som har gyldig fullmakt fra parten denne dagen"
EVERYBODY = (*CONTACTS, "M-P-A2", "M-P-F2", "M-P-T2", "M-P-pm", "M-P-safety", None)
DRAFT = "Vi sier nei om helgene ikke er med."


@pytest.fixture
def asked(village: Village) -> Village:
    """A village with an open round on an output."""
    with village.acts() as town:
        town.begun_output("O-9")
        town.opened_round("R-9", document="O-9")
    village.wait(hours=1)
    return village


def moment(at: datetime) -> str:
    """An instant as a page tells it, with a soft space."""
    return told_at(at).replace("\N{NO-BREAK SPACE}", " ")


def deadline(village: Village) -> str:
    with village.acts() as town:
        return moment(by_ref(town.session, Round, "R-9").deadline_at)


def agreed(village: Village, hat: str, **fields: str) -> str:
    named = {f"agree-{name}": value for name, value in fields.items()}
    return village.visitor(hat).done(f"{ROUND}/enighet", **named)


def overridden(village: Village, **fields: str) -> int:
    named = {f"override-{name}": value for name, value in fields.items()}
    manager = village.visitor("M-P-pm")
    return manager.send(f"{ROUND}/overstyr", **named).status_code


def of(at: datetime) -> dict[str, str]:
    return {"matter": "deadline", "day": short_day(at), "clock": clock_of(at)}


def test_only_the_word_of_the_one_with_a_mandate_counts_the_other_stays_inside(
    asked: Village,
) -> None:
    """Two members of one party disagree; the others learn of the one answer only."""
    asked.visitor("M-P-T").done(f"{ROUND}/svar", position="agree")
    member = asked.visitor("M-P-T2")

    refused = member.send(f"{ROUND}/svar", position="disagree", dissent=DRAFT)
    member.done("/min-part/rom/R-9", text=DRAFT)

    assert refused.status_code == 409
    assert NO_MANDATE in plain(refused)
    assert DRAFT in asked.visitor("M-P-T").page("/min-part/rom/R-9")
    others = [hat for hat in EVERYBODY if hat not in {"M-P-T", "M-P-T2"}]
    assert [hat for hat in others if DRAFT in asked.visitor(hat).get(ROUND).text] == []
    with asked.acts() as town:
        said = counted_answers(town.session, by_ref(town.session, Round, "R-9"))
        assert [(each.view.party, each.view.position) for each in said] == [
            (T, "agree")
        ]


def test_after_the_mandate_the_answer_is_refused_and_the_earlier_one_keeps_its_name(
    asked: Village,
) -> None:
    asked.visitor("M-P-T").done(f"{ROUND}/svar", position="agree")
    with asked.acts() as town:
        town.do(end_mandate, by=SYSTEM, mandate="M-P-T", last_day=town.today)
    former = asked.visitor("M-P-T")
    asked.wait(days=1)
    with asked.acts() as town:
        town.settle("P-T3", Role.PARTY_CONTACT, party=T, signs=True)

    answer = {"position": "disagree", "dissent": DRAFT}
    refused = former.send(f"{ROUND}/svar", **answer)
    page = asked.visitor("M-P-T3").page(ROUND)

    assert refused.status_code == 409
    assert NO_MANDATE in plain(refused)
    assert "Tillitsvalgte ✓ Enig Person P-T, Arbeiderforeninga" in page
    with asked.acts() as town:
        (said,) = counted_answers(town.session, by_ref(town.session, Round, "R-9"))
        assert holder_of(town.session, said.mandate_id).ref == "P-T"


FORMS = ("svar", "avslutt", "enighet", "forleng", "mottatt", "avvik", "gjester")


def test_whoever_has_left_sees_nothing_of_the_round_by_sending_a_form(
    asked: Village,
) -> None:
    with asked.acts() as town:
        town.do(end_mandate, by=SYSTEM, mandate="M-P-T", last_day=town.today)
    former = asked.visitor("M-P-T")
    asked.wait(days=1)

    answers = [former.send(f"{ROUND}/{form}") for form in FORMS]

    assert former.get(ROUND).status_code == 403
    assert {answer.status_code for answer in answers} == {409}
    assert [answer for answer in answers if "Ny turnus" in answer.text] == []


def test_nobody_alone_moves_the_deadline_closes_or_cancels_but_all_three_do(
    asked: Village,
) -> None:
    """The same matter is asked of each contact in turn; the third word does it."""
    before = deadline(asked)
    later = asked.now + timedelta(days=28)
    for hat in ("M-P-pm", "M-P-T2", "M-P-safety", None):
        fields = {"agree-matter": "cancelling"}
        answer = asked.visitor(hat).send(f"{ROUND}/enighet", **fields)
        closing = asked.visitor(hat).send(f"{ROUND}/avslutt")
        assert (answer.status_code, closing.status_code) == (403, 403), hat

    after = []
    for hat in CONTACTS:
        agreed(asked, hat, **of(later))
        after.append(deadline(asked))
    states = []
    for hat in CONTACTS:
        page = agreed(asked, hat, matter="cancelling")
        states.append("Avlyst" in page)

    assert after == [before, before, moment(later)]
    assert states == [False, False, True]


def test_a_round_is_closed_early_only_when_the_third_has_asked_as_well(
    asked: Village,
) -> None:
    for hat in CONTACTS:
        asked.visitor(hat).done(f"{ROUND}/svar", position="agree")
    pages = [asked.visitor(hat).done(f"{ROUND}/avslutt") for hat in CONTACTS]

    assert ["✓ Avsluttet" in page for page in pages] == [False, False, True]


def test_nobody_opens_a_round_but_its_manager_or_changes_the_text_under_it(
    asked: Village,
) -> None:
    with asked.acts() as town:
        town.begun_output("O-8")
        town.planned_round("R-8", document="O-8")
        for by in [town.contact(party) for party in PARTIES]:
            with pytest.raises(NotPermittedError):
                town.do(open_round, by=by, review="R-8")
        for by in (town.manager, town.contact(A)):
            values = {"o_summary": ["En annen tekst."]}
            with pytest.raises(WorkflowError):
                town.do(write_fields, by=by, document="O-9", values=values)


def test_an_override_has_its_reason_and_all_three_know_within_a_minute(
    asked: Village,
) -> None:
    later = of(asked.now + timedelta(days=28))
    assert overridden(asked, **later) == 422

    asked.wait(minutes=5)
    assert overridden(asked, **later, reason="Nye tall kom sent.") == 303
    asked.wait(minutes=1)

    for hat in CONTACTS:
        contact = asked.visitor(hat)
        assert "Nye tall kom sent." in contact.page(ROUND)
        assert "R-9" in contact.page("/min-part")
    with asked.acts() as town:
        told = [
            (each.party, asked.now - each.at)
            for each in notices_about(town.session, "R-9")
            if each.kind is NoticeKind.ROUND_OVERRIDDEN
        ]
    assert told == [(party, timedelta(minutes=1)) for party in PARTIES]


def test_a_text_that_came_four_hours_late_gives_all_three_four_hours_more(
    asked: Village,
) -> None:
    """And the record alone gives the gap that the report and the page tell of."""
    with asked.acts() as town:
        row = by_ref(town.session, Round, "R-9")
        opened, due = row.made_available_at, row.deadline_at
    assert opened is not None
    asked.wait(hours=4)
    late = opened + timedelta(hours=4)
    fields = {"late-day": short_day(late), "late-clock": clock_of(late)}

    asked.visitor("M-P-T").done(f"{ROUND}/mottatt", **fields)

    for hat in CONTACTS:
        page = asked.visitor(hat).page(ROUND)
        assert f"Frist {moment(due + timedelta(hours=4))}" in page
        assert "Forskjell mellom første og siste part: 4 t 0 min" in page
    report = asked.visitor("M-P-F").get("/sporsmal/parity.json").get_json()
    (told,) = [each for each in report["rows"] if each["round"] == "R-9"]
    with asked.acts() as town:
        entries = list(entries_until(town.session, town.now))
    assert told["gap_minutes"] == gap_minutes(accesses_told(entries, "R-9")) == 240


def test_the_deadline_is_kept_only_with_a_reason_that_all_three_read(
    asked: Village,
) -> None:
    before = deadline(asked)
    late = asked.now
    fields = {"late-party": "T", "late-day": short_day(late)}
    fields |= {"late-clock": clock_of(late), "late-keep": "Alle rekker det."}

    refused = asked.visitor("M-P-T").send(f"{ROUND}/mottatt", **fields)
    asked.visitor("M-P-pm").done(f"{ROUND}/mottatt", **fields)

    assert refused.status_code == 403
    assert deadline(asked) == before
    pages = [asked.visitor(hat).page(ROUND) for hat in CONTACTS]
    assert ["Alle rekker det." in page for page in pages] == [True] * 3


PAGES = (
    *(ROUND, "/min-part", "/min-part/rom/R-9", "/historikk/R-9", "/sok?ord=helgene"),
    *(f"/sporsmal/{name}" for name in ("parity.json", "what-became-of-my-input.json")),
)


def leaks(village: Village) -> list[str]:
    """The pages where the administration or the manager reads a draft of the union."""
    visitors = [village.visitor(hat) for hat in ("M-P-A", "M-P-pm")]
    answers = [visitor.get(page) for visitor in visitors for page in PAGES]
    return [each.request.path for each in answers if DRAFT in each.text]


def test_a_draft_of_a_party_is_nowhere_but_in_its_room_also_after_the_answer(
    asked: Village,
) -> None:
    asked.visitor("M-P-T2").done("/min-part/rom/R-9", text=DRAFT)
    before = leaks(asked)
    said = {"position": "agree", "remark-1": "Helgene må være med."}
    asked.visitor("M-P-T").done(f"{ROUND}/svar", **said)
    with asked.acts() as town:
        out = json.dumps(dumped(town.session), ensure_ascii=False)

    assert before == leaks(asked) == []
    assert DRAFT not in out
    assert "Helgene må være med." in out
    assert "Helgene må være med." in asked.visitor("M-P-A").page(ROUND)
    assert DRAFT in asked.visitor("M-P-T").page("/min-part/rom/R-9")


def test_each_remark_ends_with_a_reason_and_also_who_was_refused_is_told_once(
    asked: Village,
) -> None:
    remarks = {f"remark-{n}": f"Merknad {n}." for n in (1, 2, 3)}
    asked.visitor("M-P-T").done(f"{ROUND}/svar", position="agree", **remarks)
    asked.visitor("M-P-F").done(f"{ROUND}/svar", **{"remark-1": "Vår merknad."})
    asked.wait(days=22)
    manager = asked.visitor("M-P-pm")
    ends = ("taken_in", "partly", "not_taken_in", "out_of_scope")
    named = {f"verdict-R-9-{n}": end for n, end in enumerate(ends, start=1)}
    named |= {f"reason-R-9-{n}": f"Grunn {n}." for n in (1, 2, 3)}

    with_one_open = manager.send(f"{ROUND}/oppsummer", **named)
    page = manager.done(f"{ROUND}/oppsummer", **named, **{"reason-R-9-4": "Grunn 4."})

    assert with_one_open.status_code == 422
    assert [f"Grunn {n}." in page for n in (1, 2, 3, 4)] == [True] * 4
    with asked.acts() as town:
        told = {
            each.party: each.facts["remarks"]
            for each in notices_about(town.session, "R-9")
            if each.kind is NoticeKind.REMARK_ASSESSED
        }
    own = {f"R-9-{n}": end for n, end in enumerate(ends[:3], start=1)}
    assert told == {T: own, F: {"R-9-4": "out_of_scope"}}
