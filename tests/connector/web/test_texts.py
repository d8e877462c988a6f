"""Every text is there in both languages, and every word that pages ask for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import connector.web
import workflows
from connector.pictures.words import LANGUAGES
from connector.web.languages import negotiated
from connector.web.refusals import rule_key
from connector.web.texts import Say, TextsError, read_texts, texts
from workflows.consultations import ConsultationResult, ConsultationState
from workflows.decision.findings import Finding
from workflows.decision.meetings import Result
from workflows.development.agreements import Level
from workflows.development.assessments import (
    AssessmentLevel,
    AssessmentState,
    Occasion,
)
from workflows.development.forums import ForumState, Step
from workflows.development.hearing_answers import Answered, Channel
from workflows.development.outputs import OutputKind
from workflows.development.positions import Position, Standing
from workflows.development.projects import Group
from workflows.development.round_changes import Matter
from workflows.development.rounds import Visibility
from workflows.development.signatures import SignatureLevel
from workflows.people.access import PERMITTED
from workflows.people.break_glass import Scope
from workflows.people.guests import Assurance
from workflows.people.kinds import FocusArea, Line, Party, Role
from workflows.people.notices import NoticeKind
from workflows.record.access_classes import AccessClass
from workflows.trace.access_requests import RequestResult
from workflows.trace.archive import Reached
from workflows.trace.questions import QUESTIONS
from workflows.trace.uses import Used, Where

WEB = Path(connector.web.__file__).parent
HOUSE = Path(workflows.__file__).parent
SAID = re.compile(r"""\bsay\(\s*["']([a-z_.]+[a-z])["']""")
FAULTS = re.compile(r'"((?:[a-z]+)\.fault\.[a-z_]+)"')
CODES = {
    "line": Line,
    "party": Party,
    "party_name": Party,
    "role": Role,
    "focus": FocusArea,
    "position": Position,
    "standing": Standing,
    "output_kind": OutputKind,
    "agreement_level": Level,
    "level": SignatureLevel,
    "group": Group,
    "step": Step,
    "scope": Scope,
    "access": AccessClass,
    "reached": Reached,
    "request_result": RequestResult,
    "visibility": Visibility,
    "change": Matter,
    "consultation": ConsultationState,
    "consultation_result": ConsultationResult,
    "occasion": Occasion,
    "assessment_level": AssessmentLevel,
    "assessment_state": AssessmentState,
    "forum_state": ForumState,
    "where": Where,
    "used": Used,
    "result": Result,
    "finding": Finding,
    "answered": Answered,
    "channel": Channel,
    "assurance": Assurance,
}


def sources(folder: Path, *endings: str) -> str:
    files = (file for ending in endings for file in folder.rglob(f"*.{ending}"))
    return "\n".join(file.read_text("utf-8") for file in files)


def test_a_text_without_nynorsk_stops_the_program() -> None:
    content = {"title": {"nb": "Tittel"}}

    with pytest.raises(TextsError, match=r"area\.title: nn is missing"):
        read_texts(content, area="area")


def test_a_text_whose_halves_name_different_values_stops_the_program() -> None:
    content = {"title": {"nb": "Sak {ref}", "nn": "Sak {number}"}}

    with pytest.raises(TextsError, match="same values"):
        read_texts(content, area="area")


def test_a_text_outside_both_languages_stops_the_program() -> None:
    with pytest.raises(TextsError, match="give it as"):
        read_texts({"group": {"title": ["Tittel"]}}, area="area")


def test_every_text_that_a_page_says_is_there() -> None:
    said = set(SAID.findall(sources(WEB, "html", "py")))
    faults = set(FAULTS.findall(sources(WEB, "py")))

    assert len(said) > 300
    assert (said | faults) - texts().keys() == set()


@pytest.mark.parametrize("kind", CODES)
def test_every_code_has_its_word(kind: str) -> None:
    wanted = {f"codes.{kind}.{member.value}" for member in CODES[kind]}

    assert wanted - texts().keys() == set()


def test_every_act_has_its_words() -> None:
    assert {f"codes.act.{act}" for act in PERMITTED} - texts().keys() == set()


def test_every_kind_of_notice_has_its_words() -> None:
    assert {f"notice.{kind}" for kind in NoticeKind} - texts().keys() == set()


def test_every_question_has_its_name_its_explanation_and_its_headings() -> None:
    wanted = {
        f"question.{part}.{name}" for part in ("name", "about") for name in QUESTIONS
    }
    wanted |= {
        f"question.column.{column}"
        for question in QUESTIONS.values()
        for column in question.columns
    }

    assert wanted - texts().keys() == set()


def test_every_rule_of_the_house_is_told_in_plain_words() -> None:
    named = set(re.findall(r'rule="([^"]+)"', sources(HOUSE, "py")))

    untold = {rule for rule in named if rule_key(rule) == "rules.other"}

    assert named
    assert untold == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_with_an_empty_value(language: str) -> None:
    say = Say("nn" if language == "nn" else "nb")

    assert say("history.number", number=7).endswith(" 7")


def test_nynorsk_is_not_bokmaal() -> None:
    traps = re.compile(
        r"\b(ikke|hva|hvor|hvem|noe|fra|ennå|vedtatt|folkevalgte|tillitsvalgte|"
        r"begrunnelse|behandling|høring|leder|uenig|blitt|jeg|hun|dere|også)\b",
        re.IGNORECASE,
    )

    found = {key: words.nn for key, words in texts().items() if traps.search(words.nn)}

    assert found == {}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        pytest.param(["nn-NO", "nb"], "nn", id="nynorsk before bokmål"),
        pytest.param(["nb", "nn"], "nb", id="bokmål first"),
        pytest.param(["no"], "nb", id="norsk alone is bokmål"),
        pytest.param(["en-GB", "nn"], "nn", id="English is passed over"),
        pytest.param(["de"], "nn", id="none of ours: the municipality's"),
        pytest.param([], "nn", id="nothing asked"),
    ],
)
def test_the_browsers_language_is_the_first_norwegian_one(
    header: list[str], language: str
) -> None:
    assert negotiated(header, otherwise="nn") == language
