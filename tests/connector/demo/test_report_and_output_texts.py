"""Elvestrand's status reports, outputs and decisions are true to its story.

The facts in this file are those of the story itself: days, numbers, persons.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connector.imports.fiks import read_fiks
from connector.imports.records import Outcome
from connector.imports.table import read_table
from workflows.forms.catalogue import form
from workflows.forms.fields import FieldType, Required, Writer
from workflows.forms.lint import lint
from workflows.forms.lint_context import LintContext
from workflows.forms.values import faults, missing


def words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


DEMO = Path(__file__).parents[3] / "connector" / "demo" / "elvestrand"
REPORT, OUTPUT = (form("status-report"), form("output"))
PARTIES = {"A": "s_view_a", "F": "s_view_f", "T": "s_view_t"}
DUE_DAYS = ("2025-09-24", "2025-12-17", "2026-03-25", "2026-06-17")
NEVER_DELIVERED = ("PR4", "2025-12-17")
REPORTS = [
    (project, due)
    for project in ("PR1", "PR2", "PR3", "PR4")
    for due in DUE_DAYS
    if (project, due) != NEVER_DELIVERED
]
every_report = pytest.mark.parametrize(("project", "due"), REPORTS)
NOW = {"PR1": "9,9", "PR2": "39", "PR3": "74", "PR4": "63"}

PERSONS = frozenset(
    re.findall(
        r"[^,\s][^,\n]+",
        """
        Åsta Fjellbru, Torgrim Nesvåg, Ingebjørg Dalsrud, Even Skarhaug, Marit Lauvtun,
        Harald Brekkvoll, Siv Grønlid, Oddny Kvernmo, Jostein Hovdelid, Bente Åsgarden,
        Rune Myrstø, Guro Sletthaug, Tone Ulvgjerde, Kari-Anne Stubmo, Rita Solgløtt,
        Lars Petter Ekrehagen, Nina Torvmyr, Olav Bjørkelid, Hege Tindsæter,
        Simen Råkvåg, Wenche Hollsund, Frida Langmoen, Anders Skogstrøm,
        Ragnhild Øyjordet, Dagfinn Holteberg, Signe Vollum
        """,
    )
)
UNION = "Delt Fellesorganisasjon"
OUTPUTS = (*range(101, 107), *range(201, 207), *range(301, 306), *range(401, 406))
POINTS = {"O-102": 3, "O-202": 4, "O-203": 2, "O-302": 3, "O-304": 3}
POINTS |= {"O-402": 2, "O-403": 1, "O-404": 3}
NYNORSK_OUTPUTS = ("O-204", "O-301", "O-302", "O-303", "O-304", "O-305")
NYNORSK_CASES = ("C06", "C07")
# Days of treatments; the first day where two bodies share a number.
TREATED_ON = {
    "2025-05-22": ("PS 33/25",),
    "2025-11-05": ("PS 41/25",),
    "2025-11-26": ("PS 19/25",),
    "2025-12-11": ("PS 75/25", "PS 78/25", "PS 79/25"),
    "2026-01-28": ("PS 2/26",),
    "2026-02-03": ("PS 6/26",),
    "2026-02-04": ("PS 4/26",),
    "2026-02-12": ("PS 9/26",),
    "2026-03-03": ("PS 12/26",),
    "2026-03-12": ("PS 15/26",),
    "2026-03-18": ("DS 3/26",),
    "2026-04-30": ("PS 24/26",),
    "2026-05-06": ("PS 17/26",),
    "2026-05-26": ("PS 29/26",),
    "2026-06-11": ("PS 38/26", "PS 40/26", "PS 41/26"),
}
TREATED = {number: day for day, numbers in TREATED_ON.items() for number in numbers}
# How many points a decision has where it is not one; none where nothing was decided.
DECISION_POINTS = {"PS 33/25": 2, "PS 78/25": 3, "PS 79/25": 3, "PS 24/26": 2}
DECISION_POINTS |= {"PS 38/26": 3, "PS 2/26": 0, "PS 4/26": 0, "PS 29/26": 0}
IN_THE_TABLE = {
    "PS 33/2025": ("C01", "PS 33/25", "2025/401"),
    "PS 75/2025": ("C10", "PS 75/25", None),
    "PS 78/2025": ("C03", "PS 78/25", "2025/980"),
    "PS 79/2025": ("C04", "PS 79/25", "2025/1033"),
    "PS 9/2026": ("C08", "PS 9/26", "2026/77"),
    "PS 15/2026": ("C07", "PS 15/26", None),
    "PS 24/2026": ("C05", "PS 24/26", "2026/118"),
    "PS 38/2026": ("C06", "PS 38/26", "2025/1190"),
    "PS 40/2026": ("C14", "PS 40/26", None),
    "PS 41/2026": ("C13", "PS 41/26", None),
}
BOKMAAL_ONLY = words_of("""
    ikke tillitsvalgt tillitsvalgte ansatt ansatte hvordan hva hvem hvor hvorfor hver
    hvilke hvis fra en et noe noen flere mer uten siden bare folkevalgte innbygger
    innbyggere leder ledere uke uker uka måned måneder være vært sier gjør gjøre ønsker
    barnehager skole skoler erfaringer leveranser partene deltakere disse jeg vedtatt
    vedtar saken fikk ble selv sammen sykefravær høring uttalelse beslutning enighet
    uenighet virksomhet avdelinger samtaler møtene tallene vet kommer forskjell nå
    behandling behandles medvirkning forberedt utsettelse økt timer eneste videre
    spørsmålene fortsatt mye utdannelse stillinger mentorer prosjekter
    """)
NYNORSK_ONLY = words_of("""
    ikkje tillitsvald tillitsvalde tilsett tilsette korleis kva kven kvar kvifor kvart
    frå ein eit eitt nokon nokre noko fleire meir utan sidan berre folkevalde innbyggjar
    innbyggjarar leiar leiarar veke veker månad månader vere vore vart seier gjer gjere
    ynskjer ønskjer barnehagar skule skular erfaringar leveransar partane deltakarar
    desse eg vedteke vedtek fekk saman sjukefråvær høyring fråsegn avgjerd usemje semje
    dei deira kjem veit framlegg handsaming medverknad førebudd usemja samtalar heiltid
    timar no vidare løyver auka mogleg heile hovudtillitsvald
    """)

Values = Mapping[str, Any]


def read(name: str) -> Any:
    return json.loads((DEMO / "values" / name).read_text(encoding="utf-8"))


def report(project: str, due: str) -> dict[str, Any]:
    return dict(read(f"report-{project}-{due}.json"))


def merged(parts: Mapping[str, Values]) -> dict[str, Any]:
    """The whole report, every score in the row of its statement."""
    whole = {key: value for part in parts.values() for key, value in part.items()}
    scores: dict[str, dict[str, Any]] = {}
    for part in parts.values():
        for row in part["s_coop"]:
            scores.setdefault(row["_id"], {}).update(row)
    return whole | {"s_coop": list(scores.values())}


def texts(value: Any) -> Iterator[str]:
    """All texts in a value, however deep, without keys and row ids."""
    if isinstance(value, str):
        yield value
    if isinstance(value, dict):
        value = [part for key, part in value.items() if key != "_id"]
    if isinstance(value, list):
        yield from itertools.chain.from_iterable(map(texts, value))


def prose(parts: Mapping[str, Values]) -> list[Any]:
    """What a report says in words: not the keys of choices and multi fields."""
    plain = (FieldType.TEXT, FieldType.RICH, FieldType.TABLE)
    return [
        value
        for part in parts.values()
        for key, value in part.items()
        if REPORT.field(key).type in plain
    ]


def assert_one_standard(value: Any, *, language: str) -> None:
    strangers = NYNORSK_ONLY if language == "nb" else BOKMAAL_ONLY
    said = " ".join(texts(value)).replace("Saman om gode tenester", "")
    assert words_of(said) & strangers == set()


def unknown_names(value: Any) -> list[str]:
    """Two capitalised words in a row that are no person of the story."""
    known = "|".join((*PERSONS, UNION))
    said = re.sub(known, "·", "\n".join(texts(value)))
    return re.findall(r"[A-ZÆØÅ][a-zæøå]+ [A-ZÆØÅ][a-zæøå]+", said)


def not_by_hand(key: str) -> bool:
    field = REPORT.field(key)
    return field.writer is Writer.SYSTEM or field.type is FieldType.AUTO


def test_all_reports_but_one_are_written() -> None:
    found = {path.name for path in (DEMO / "values").glob("report-*.json")}
    assert found == {f"report-{project}-{due}.json" for project, due in REPORTS}


@every_report
def test_a_report_has_the_right_shape_and_lacks_nothing(project: str, due: str) -> None:
    parts = report(project, due)
    whole = merged(parts)
    assert [faults(REPORT, values) for values in (*parts.values(), whole)] == [()] * 5
    lacking = missing(REPORT, whole, level=Required.ROUND)
    assert [key for key in lacking if not not_by_hand(key)] == []


@every_report
def test_the_rules_of_a_good_report_find_nothing(project: str, due: str) -> None:
    own = {f"s_coop.{party}": party for party in PARTIES}
    context = LintContext(writers=own)
    assert lint(REPORT, merged(report(project, due)), context) == ()


@every_report
def test_a_party_writes_its_own_and_nothing_else(project: str, due: str) -> None:
    parts = report(project, due)
    statements = parts["project_manager"]["s_coop"]
    assert all(set(row) == {"_id", "utsagn"} for row in statements)
    for party, view in PARTIES.items():
        assert set(parts[party]) == {view, "s_coop"}
        assert all(set(row) == {"_id", party} for row in parts[party]["s_coop"])
        ids = [row["_id"] for row in parts[party]["s_coop"]]
        assert ids == [row["_id"] for row in statements]


@every_report
def test_others_write_what_is_theirs(project: str, due: str) -> None:
    written = report(project, due)["project_manager"]
    assert not set(written) & set(PARTIES.values())
    assert [key for key in written if not_by_hand(key)] == []


@every_report
def test_a_report_keeps_to_one_written_standard(project: str, due: str) -> None:
    parts = report(project, due)
    language = "nn" if project == "PR3" else "nb"
    assert parts["project_manager"]["s_language"] == language
    assert_one_standard(prose(parts), language=language)


@every_report
def test_a_report_names_persons_in_their_time(project: str, due: str) -> None:
    parts = report(project, due)
    assert unknown_names(prose(parts)) == []
    manager = parts["project_manager"]
    authors = {row["navn"] for row in manager["s_authors"]}
    assert authors <= PERSONS
    signed = " ".join((*authors, *texts(manager.get("s_profile", []))))
    former = "Lars Petter Ekrehagen" if due > "2026" else "Nina Torvmyr"
    assert former not in signed


@every_report
def test_a_report_tells_nothing_that_happened_later(project: str, due: str) -> None:
    manager = report(project, due)["project_manager"]
    assert manager["s_period_from"] < manager["s_period_to"] < due
    assert all(row["dato"] <= due for row in manager.get("s_profile", []))
    told = " ".join(texts(manager))
    for number in re.findall(r"[PD]S \d+/\d\d", told):
        assert TREATED[number] <= due


@every_report
def test_deviations_are_counted_and_explained(project: str, due: str) -> None:
    for row in report(project, due)["project_manager"]["s_miles"]:
        planned, expected = (date.fromisoformat(row[k]) for k in ("plan", "prognose"))
        assert row["avvik_dager"] == (expected - planned).days
        assert bool(row["avvik_dager"]) == bool(row.get("aarsak"))


@every_report
def test_what_needs_action_has_a_measure(project: str, due: str) -> None:
    manager = report(project, due)["project_manager"]
    weak = [row for row in manager["s_dim"] if row["status"] != "on_track"]
    assert all(row["tiltak"] for row in weak)
    if weak:
        assert all(row["tiltak"] for row in manager["s_dev"])
    assert ("s_dev" in manager) != ("s_dev_text" in manager)


@every_report
def test_a_summary_is_at_most_five_short_lines(project: str, due: str) -> None:
    for key, value in merged(report(project, due)).items():
        if REPORT.field(key).max_lines:
            assert len(value) <= 5
            assert sum(len(text) for text in texts(value)) <= 500


@pytest.mark.parametrize("project", NOW)
def test_each_report_goes_on_from_the_number_of_the_one_before(project: str) -> None:
    rows = [
        report(project, due)["project_manager"]["s_goals"][0]
        for due in DUE_DAYS
        if (project, due) in REPORTS
    ]
    assert rows[0]["nullpunkt"].startswith(rows[0]["forrige"])
    for before, after in itertools.pairwise(rows):
        assert after["forrige"] == before["naa"]
    assert rows[-1]["naa"] == f"{NOW[project]} prosent"


def test_the_unions_find_information_more_equal_in_the_end_than_at_first() -> None:
    for project in NOW:
        days = (DUE_DAYS[0], DUE_DAYS[-1])
        first, last = (report(project, day)["T"]["s_coop"][0]["T"] for day in days)
        assert first < last


def test_all_twenty_two_outputs_have_a_text() -> None:
    assert list(read("outputs.json")) == [f"O-{number}" for number in OUTPUTS]


@pytest.mark.parametrize("ref", read("outputs.json"))
def test_an_output_is_whole_and_in_one_written_standard(ref: str) -> None:
    values = read("outputs.json")[ref]
    kind = "proposal" if ref in POINTS else "knowledge_base"
    whole = values | {"o_title": ref, "o_type": kind}
    assert faults(OUTPUT, whole) == ()
    lacking = missing(OUTPUT, whole, level=Required.ROUND)
    assert set(lacking) == {"o_ref", "o_version", "o_project"}
    language = "nn" if ref in NYNORSK_OUTPUTS else "nb"
    assert values["o_language"] == language
    assert_one_standard(values, language=language)
    assert unknown_names(values) == []
    assert len(values["o_summary"]) <= 5
    assert len(values.get("o_points", [])) == POINTS.get(ref, 0)


def test_the_third_guideline_is_about_extended_weekend_hours() -> None:
    third = read("outputs.json")["O-202"]["o_points"][2]
    assert "utvidede helgetimer" in third["tekst"]


def test_no_number_is_shown_for_a_department_with_fewer_than_five() -> None:
    values = read("outputs.json")["O-105"]
    lines = [row["text"] for row in values["o_sources"] if isinstance(row, dict)]
    hidden = [line for line in lines if "færre enn 5" in line]
    assert (len(lines), len(hidden)) == (11, 3)
    assert all(re.findall(r"\d+", line) == ["5"] for line in hidden)
    assert values["o_access"] == "partly_exempt"


def test_a_decision_holds_its_points() -> None:
    treatments = itertools.chain.from_iterable(
        case.items() for case in read("decisions.json").values()
    )
    for number, said in treatments:
        if "recommendation" not in said:
            points = DECISION_POINTS.get(number, 1)
            assert [item["number"] for item in said["items"]] == [*range(1, points + 1)]
            assert all(item["text"] in said["text"] for item in said["items"])


@pytest.mark.parametrize("case", read("decisions.json"))
def test_a_case_is_told_in_its_own_written_standard(case: str) -> None:
    language = "nn" if case in NYNORSK_CASES else "nb"
    assert_one_standard(read("decisions.json")[case], language=language)
    assert unknown_names(read("decisions.json")[case]) == []


@pytest.mark.parametrize(
    ("case", "number", "ref", "adopted"),
    [
        ("C03", "PS 78/25", "O-102", (1, 2, 3)),
        ("C04", "PS 79/25", "O-202", (1, 2)),
        ("C05", "PS 24/26", "O-203", (1, 2)),
        ("C06", "PS 38/26", "O-304", (1, 2, 3)),
        ("C09", "DS 3/26", "O-403", (1,)),
    ],
)
def test_what_was_adopted_as_proposed_has_the_words_of_the_proposal(
    case: str, number: str, ref: str, adopted: tuple[int, ...]
) -> None:
    decided = {
        item["number"]: item["text"]
        for item in read("decisions.json")[case][number]["items"]
    }
    proposed = {
        int(row["nr"]): row["tekst"] for row in read("outputs.json")[ref]["o_points"]
    }
    same = tuple(n for n in decided if decided[n] == proposed[n])
    assert same == adopted


def test_one_bad_row_of_the_table_does_not_block_the_others() -> None:
    found = read_table(DEMO / "imports" / "vedtak-kommunestyret.csv")
    assert [one.where for one in found.refused] == ["moetedato"]
    assert {str(one.number) for one in found.records} == set(IN_THE_TABLE)


def test_the_table_quotes_the_decisions() -> None:
    decisions = read("decisions.json")
    for one in read_table(DEMO / "imports" / "vedtak-kommunestyret.csv").records:
        case, number, archive_number = IN_THE_TABLE[str(one.number)]
        assert one.decision_text == decisions[case][number]["text"]
        assert one.archive_number == archive_number
        assert str(one.meeting.day) == TREATED[number]
        assert one.outcome is not Outcome.UNKNOWN


def test_the_table_is_in_the_encoding_that_old_systems_write() -> None:
    data = (DEMO / "imports" / "vedtak-kommunestyret.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert "mentor det første året, frå hausten 2026" in data.decode("cp1252")


def test_the_message_gives_the_recommendation_of_the_committee() -> None:
    found = read_fiks(DEMO / "imports" / "vedtakfrautvalg-adm-2026-04-22.json")
    (one,) = found.records
    recommended = read("decisions.json")["C05"]["PS 9/26"]["recommendation"]
    assert one.decision_text == recommended
    assert (str(one.number), one.outcome) == ("PS 9/2026", Outcome.RECOMMENDED)
    assert (one.is_final, one.archive_number) == (False, "2026/118")
    assert str(one.meeting.day) == "2026-04-22"
