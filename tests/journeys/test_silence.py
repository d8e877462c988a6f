"""Silence is never consent, and nothing that can be set makes it so."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from connector.config import Config, load_config
from tests.journeys.villages import Village
from workflows.base import by_ref
from workflows.development.answers import counted_answers, summarise_round
from workflows.development.outputs import Output, OutputState
from workflows.development.positions import Position
from workflows.development.rounds import Round, RoundState
from workflows.people.kinds import Party
from workflows.record.entries import history

A, F, T = Party
NEVER_SET = re.compile("timeout|silence|approv|consent|position|majority|quorum")


@pytest.fixture
def silent(village: Village) -> Village:
    """A round whose deadline has passed, where the elected never answered."""
    with village.acts() as town:
        town.begun_output("O-9")
        town.opened_round("R-9", document="O-9")
        town.answer("R-9", A, Position.AGREE)
        town.answer("R-9", T, Position.AGREE)
    village.wait(days=22)
    return village


def test_inv_05_a_party_that_is_silent_has_not_answered(silent: Village) -> None:
    with silent.acts() as town:
        row = by_ref(town.session, Round, "R-9")
        closed = [e for e in history(town.session, "R-9") if e.type == "round.closed"]
        counted = [said.view.party for said in counted_answers(town.session, row)]

        assert counted == [A, T]
        assert [entry.payload["not_answered"] for entry in closed] == [["F"]]


def test_inv_05_the_page_tells_silence_apart_in_both_languages(silent: Village) -> None:
    visitor = silent.visitor("M-P-T")

    page = visitor.page("/runder/R-9")
    nynorsk = silent.visitor("M-P-F", language="nn").page("/runder/R-9")

    assert page.count("Har ikke svart. Taushet er ikke samtykke.") == 1
    assert nynorsk.count("Har ikkje svara. Å teie er ikkje å samtykkje.") == 1


def test_inv_05_silence_delivers_nothing_when_the_round_is_summarised(
    silent: Village,
) -> None:
    with silent.acts() as town:
        town.do(summarise_round, by=town.manager, review="R-9")
        output = by_ref(town.session, Output, "O-9")

        assert (output.state, output.standing) == (OutputState.ROUND, None)


def test_a_round_of_56_days_needs_no_second_start(village: Village) -> None:
    with village.acts() as town:
        town.begun_output("O-9")
        due = town.now + timedelta(days=56)
        town.opened_round("R-9", document="O-9", deadline_at=due)

    states = []
    for _ in range(8):
        village.wait(days=7)
        with village.acts() as town:
            states.append(by_ref(town.session, Round, "R-9").state)

    assert states == [RoundState.OPEN] * 7 + [RoundState.CLOSED]


def test_no_setting_can_turn_a_deadline_into_a_yes(tmp_path: Path) -> None:
    """What can be set says where things are and what the time is, and nothing else."""
    plain = load_config(tmp_path, {})
    for key in ("timeout_result", "silence_is", "on_deadline", "default_position"):
        text = f'{key} = "agree"\n'
        (tmp_path / "settings.toml").write_text(text, encoding="utf-8")

        assert load_config(tmp_path, {f"SAMSPOR_{key.upper()}": "agree"}) == plain

    named = {each.name for each in fields(Config)}
    assert not [name for name in named if NEVER_SET.search(name)]


def test_no_form_or_position_has_a_word_for_an_answer_by_silence() -> None:
    said = {position.value for position in Position}

    assert said == {"agree", "agree_with_remark", "disagree", "no_remark"}
