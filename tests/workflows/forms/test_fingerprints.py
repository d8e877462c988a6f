import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.forms.catalogue import form, kinds
from workflows.forms.fingerprints import fingerprints, section_fingerprint

MANDATE = form("mandate")
VALUES: dict[str, Any] = {
    "m_name": "Nærvær på Solsida",
    "m_focus": ["sick_leave", "competence"],
    "m_summary": ['Vi sier «nærvær» og mener det. Og: "takk".', "Andre avsnitt."],
    "m_effect": [
        {"_id": "a", "nr": "E1", "effektmaal": "Nærvær", "naar": "2026-12-31"},
        {"_id": "b", "nr": "E2", "effektmaal": "Trivsel"},
    ],
    "m_pm_percent": 50,
}
WORD = st.text(st.characters(categories=("L", "N")), min_size=1).map(
    lambda word: unicodedata.normalize("NFC", word)
)
WORDS = st.lists(WORD, min_size=1, max_size=12)
SPACE = st.text(" \t\n\u00a0\u2009", min_size=1, max_size=3)


def mark(**changes: Any) -> str:
    return fingerprints(MANDATE, VALUES | changes)["document"]


def said(text: str) -> str:
    return fingerprints(MANDATE, {"m_summary": [text]})["document"]


SAME = mark()
PINNED = "fp:v1:5d405b51ccb153099a87ef71d2dc17ef54bf04f34c080be7a3d32f863341e47c"


@pytest.mark.parametrize("kind", kinds())
def test_there_is_a_fingerprint_for_every_section_and_for_the_document(
    kind: str,
) -> None:
    found = fingerprints(form(kind), {})

    assert list(found) == [s.key for s in form(kind).sections] + ["document"]
    assert all(re.fullmatch(r"fp:v1:[0-9a-f]{64}", each) for each in found.values())
    assert len(set(found.values())) == len(found)


def test_the_algorithm_is_pinned_so_that_old_consent_keeps_its_meaning() -> None:
    values = {"o_title": "Bemanning", "o_points": [{"_id": "1", "nr": "1"}]}

    assert fingerprints(form("output"), values)["document"] == PINNED


def test_a_section_has_the_same_fingerprint_alone_and_among_others() -> None:
    alone = section_fingerprint(MANDATE, "background", VALUES)

    assert alone == fingerprints(MANDATE, VALUES)["background"]


def test_a_change_shows_in_its_section_and_the_document_and_nowhere_else() -> None:
    before = fingerprints(MANDATE, VALUES)
    after = fingerprints(MANDATE, VALUES | {"m_summary": ["Noe annet"]})

    changed = {key for key in before if before[key] != after[key]}

    assert changed == {"background", "document"}


def test_an_unknown_section_is_an_error() -> None:
    with pytest.raises(KeyError):
        section_fingerprint(MANDATE, "annex", VALUES)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="saved again without a change"),
        pytest.param({"m_name": "  Nærvær \u00a0på\tSolsida "}, id="white space"),
        pytest.param(
            {"m_name": unicodedata.normalize("NFD", VALUES["m_name"])}, id="NFD"
        ),
        pytest.param(
            {
                "m_summary": [
                    "Vi sier “nærvær” og mener det. Og: „takk“.",
                    *VALUES["m_summary"][1:],
                ]
            },
            id="quotation marks",
        ),
        pytest.param(
            {"m_focus": ["competence", "sick_leave"]}, id="order of an unordered set"
        ),
        pytest.param(
            {
                "m_summary": [
                    [
                        {"text": "Vi sier «nærvær» og ", "bold": True},
                        {"text": 'mener det. Og: "takk".'},
                    ],
                    "",
                    "Andre avsnitt.",
                ]
            },
            id="bold and a blank paragraph",
        ),
        pytest.param(
            {"m_effect": [row | {"_id": row["nr"]} for row in VALUES["m_effect"]]},
            id="row ids",
        ),
        pytest.param(
            {"m_effect": [*VALUES["m_effect"], {"_id": "c", "nr": ""}]}, id="blank row"
        ),
        pytest.param({"m_pm_percent": 50.0}, id="50 and 50.0"),
        pytest.param({"m_ethics": [], "m_start": None}, id="empty in other ways"),
        pytest.param(
            {
                "m_status": "signed",
                "m_language": "nb",
                "m_case": "2025/412",
                "m_access": "exempt",
                "m_version": "1.0",
                "m_programme": {"ref": "PR1"},
                "m_accept": [{"_id": "1", "part": "A", "standpunkt": "agree"}],
                "m_changelog": [{"_id": "1", "endring": "Signert"}],
                "m_remarks_t": ["Vi merker oss at"],
            },
            id="signing, archiving, status and openness",
        ),
        pytest.param(
            {"m_report_text": "Til alle tre parter samtidig"}, id="fixed clause given"
        ),
    ],
)
def test_what_says_the_same_has_the_same_fingerprint(changes: dict[str, Any]) -> None:
    assert mark(**changes) == SAME


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"m_name": "Fravær på Solsida"}, id="one word"),
        pytest.param({"m_name": "Nærvær på solsida"}, id="a capital letter"),
        pytest.param({"m_effect": VALUES["m_effect"][::-1]}, id="rows of a list moved"),
        pytest.param({"m_effect": VALUES["m_effect"][:1]}, id="a row taken out"),
        pytest.param({"m_summary": VALUES["m_summary"][::-1]}, id="paragraphs moved"),
        pytest.param(
            {"m_summary": [{"list": "number", "text": t} for t in VALUES["m_summary"]]},
            id="paragraphs made a numbered list",
        ),
        pytest.param({"m_focus": ["sick_leave"]}, id="a choice taken out"),
        pytest.param({"m_pm_percent": 60}, id="a number"),
        pytest.param({"m_pm": {"name": "Kari Nordmann"}}, id="a person named"),
        pytest.param({"m_ethics": ["Ja"]}, id="a field filled"),
        pytest.param({"m_report_text": "Til rådmannen"}, id="a fixed clause altered"),
    ],
)
def test_what_says_something_else_has_another_fingerprint(
    changes: dict[str, Any],
) -> None:
    assert mark(**changes) != SAME


def test_a_text_moved_to_another_field_or_kind_is_another_text() -> None:
    named = fingerprints(form("output"), {"o_sources": ["x"]})
    other = fingerprints(form("output"), {"o_uncertainty": ["x"]})

    assert named["basis"] != other["basis"]
    assert fingerprints(form("mandate"), {})["head"] != named["head"]


@given(WORDS, st.data())
def test_reflowing_or_decomposing_a_text_never_changes_its_fingerprint(
    words: list[str], data: st.DataObject
) -> None:
    gaps = data.draw(st.lists(SPACE, min_size=len(words), max_size=len(words)))
    reflowed = "".join(word + gap for word, gap in zip(words, gaps, strict=True))

    assert said(unicodedata.normalize("NFD", reflowed)) == said(" ".join(words))


@given(WORDS, WORD, st.data())
def test_changing_one_word_always_changes_the_fingerprint(
    words: list[str], new: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:place], words[place] + new, *words[place + 1 :]]

    assert said(" ".join(changed)) != said(" ".join(words))
