from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import (  # type: ignore[import-untyped] # it has no types of its own
    Draft202012Validator,
)

from connector.database.engine import Database
from connector.refusals import InputRefusedError
from connector.stories import LARGEST_BYTES, read_story, story_schema, whole_story
from tests.journeys.stories import contact, small_story, step, treatment
from workflows.stories import ACTS, Story, StoryError, play

DEMO = Path(__file__).parents[2] / "connector/demo/elvestrand/story.json"

Tell = Callable[[Any], Path]


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """Write a story, as JSON or as raw bytes, and return its file."""

    def write(content: Any) -> Path:
        path = tmp_path / "story.json"
        is_raw = isinstance(content, bytes)
        path.write_bytes(content if is_raw else json.dumps(content).encode())
        return path

    return write


def refusal(path: Path) -> str:
    with pytest.raises(InputRefusedError) as refused:
        read_story(path)
    return str(refused.value)


def with_change(change: Callable[[Any], object]) -> dict[str, Any]:
    story = small_story()
    change(story)
    return story


def test_a_story_is_read_with_its_acts_in_order(tell: Tell) -> None:
    story = read_story(tell(small_story()))

    assert (story.name, story.number, story.language) == (
        "Testvik kommune",
        "9999",
        "nb",
    )
    assert [each.act for each in story.steps] == [
        each["act"] for each in small_story()["steps"]
    ]
    assert story.steps[0].by is None


def test_a_byte_order_mark_before_the_story_does_no_harm(tell: Tell) -> None:
    told = json.dumps(small_story(), ensure_ascii=False).encode("utf-8-sig")

    assert read_story(tell(told)).name == "Testvik kommune"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "line 1, column 1", id="empty"),
        pytest.param(b'{\n"format": }', "line 2, column 11", id="not JSON"),
        pytest.param('{"x": "å"}'.encode("latin-1"), "not UTF-8", id="Latin-1"),
        pytest.param(json.dumps({}).encode("utf-16"), "not UTF-8", id="UTF-16"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="a hundred thousand deep"),
        pytest.param(b"[" * 400 + b"]" * 400, "nested too deeply", id="400 deep"),
        pytest.param(b"1" * 5000, "too many digits", id="a number of 5000 digits"),
        pytest.param(b"[]", "the story", id="a list"),
        pytest.param(b"{}", "format: Field required", id="an empty object"),
        pytest.param(b'{"a": 1, "a": 2}', "'a' stands twice", id="a key twice"),
        pytest.param(b'{"steps": {"a": [NaN]}}', "steps.a.0: NaN", id="not a number"),
        pytest.param(b'{"steps": [1e999]}', "step 1: the number", id="infinite"),
        pytest.param(b'{"until": "\\ud800"}', "until: holds", id="half a character"),
        pytest.param(b'{"\\u0000": 1}', "cannot be kept", id="a key with NUL"),
    ],
)
def test_what_is_no_story_is_refused_with_its_file_and_place(
    tell: Tell, content: bytes, told: str
) -> None:
    said = refusal(tell(content))

    assert said.startswith("story.json: ")
    assert told in said
    assert "\n" not in said


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    assert "no.json: No such file" in refusal(tmp_path / "no.json")
    assert "Is a directory" in refusal(tmp_path)


def test_a_story_of_more_than_25_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)

    assert refusal(path) == "story.json: larger than 25 MB"


def set_in_step(number: int, key: str, value: Any) -> Callable[[Any], None]:
    def change(story: Any) -> None:
        story["steps"][number - 1][key] = value

    return change


def set_in_values(number: int, key: str, value: Any) -> Callable[[Any], None]:
    def change(story: Any) -> None:
        story["steps"][number - 1]["with"][key] = value

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            set_in_step(3, "act", "dance"),
            "step 3: Input tag 'dance'",
            id="unknown act",
        ),
        pytest.param(
            lambda s: s["steps"][2].pop("act"), "step 3: Unable to", id="no act"
        ),
        pytest.param(
            lambda s: s["steps"][2].pop("with"),
            "step 3.register_person.with: Field required",
            id="no values",
        ),
        pytest.param(
            set_in_step(3, "mood", "good"),
            "step 3.register_person.mood: Extra",
            id="unknown key of a step",
        ),
        pytest.param(
            set_in_values(3, "nmae", "x"),
            "step 3.register_person.with.nmae: Extra",
            id="unknown key of an act",
        ),
        pytest.param(
            set_in_values(3, "name", 7),
            "step 3.register_person.with.name: Input should be a valid string",
            id="a number for a text",
        ),
        pytest.param(
            set_in_values(3, "name", "a\0b"),
            "step 3.with.name: holds the character U+0000",
            id="a character that cannot be kept",
        ),
        pytest.param(
            set_in_values(2, "valid_from", "2025-02-30"),
            "step 2.give_mandate.with.valid_from: ",
            id="no such day",
        ),
        pytest.param(
            set_in_values(2, "valid_from", "9999-12-31"),
            "step 2.give_mandate.with.valid_from: Input should be less than",
            id="a day no deadline can be counted from",
        ),
        pytest.param(
            set_in_values(2, "role", "king"),
            "step 2.give_mandate.with.role: Input should be",
            id="unknown role",
        ),
        pytest.param(
            set_in_values(15, "notice_months", 10**9),
            "step 15.draft_agreement.with.notice_months: Input should be less than",
            id="a count beyond all counting",
        ),
        pytest.param(
            set_in_values(23, "number", {"type": "PS", "seq": 10**10}),
            "step 23.with.number.seq: the number is too large",
            id="a number that PostgreSQL cannot hold",
        ),
        pytest.param(
            set_in_step(15, "by", {"person": "P22", "role": "king"}),
            "step 15.draft_agreement.by.ActorModel.role",
            id="unknown role of the person who acts",
        ),
        pytest.param(
            set_in_step(2, "at", "2025-01-03T12:00:00"),
            "step 2.give_mandate.at: Input should have timezone info",
            id="a time without zone",
        ),
        pytest.param(
            set_in_step(2, "at", "0001-01-01T00:00:00+14:00"),
            "step 2.give_mandate.at: ",
            id="a time before all calendars",
        ),
        pytest.param(
            set_in_step(2, "at", 1735905600),
            "step 2.give_mandate.at: ",
            id="a number for a time",
        ),
        pytest.param(
            set_in_step(2, "at", "2025-01-03T09:00:00+01:00"),
            "step 2.at: 2025-01-03T09:00:00+01:00 is before the step",
            id="steps out of order",
        ),
        pytest.param(
            lambda s: s.update(until="2025-01-05T12:00:00+01:00"),
            "until: is before the last step",
            id="the end before the last step",
        ),
        pytest.param(
            lambda s: s.update(steps={"1": {}}), "steps: Input should", id="no list"
        ),
        pytest.param(
            lambda s: s.update(format="samspor-story/2"), "format: ", id="other format"
        ),
        pytest.param(
            lambda s: s["municipality"].update(number="99"),
            "municipality.number: ",
            id="no municipality number",
        ),
    ],
)
def test_a_wrong_step_is_refused_with_its_number_and_key(
    tell: Tell, change: Callable[[Any], object], told: str
) -> None:
    said = refusal(tell(with_change(change)))

    assert said.startswith(f"story.json: {told}")
    assert "\n" not in said


VALUES_STEP = 16


@pytest.fixture
def naming(tell: Tell, tmp_path: Path) -> Callable[[Any], Path]:
    """A story whose step 16 takes its values from where it is told."""
    (tmp_path / "values").mkdir()
    (tmp_path / "values/a.json").write_text('{"pm": {"a_name": "Fra fil"}, "n": 1}')
    (tmp_path / "values/bad.json").write_text('{"pm":\n oops}')
    (tmp_path / "values/more.json").write_text('{"x": {"$file": "values/a.json"}}')
    (tmp_path / "values/nul.json").write_text('{"x": "\\u0000"}')

    def write(named: Any) -> Path:
        return tell(with_change(set_in_values(VALUES_STEP, "values", named)))

    return write


def test_values_are_taken_from_a_part_of_a_named_file(
    naming: Callable[[Any], Path],
) -> None:
    story = read_story(naming({"$file": "values/a.json", "part": "pm"}))

    assert story.steps[VALUES_STEP - 1].values["values"] == {"a_name": "Fra fil"}


def test_an_amount_in_a_document_may_be_larger_than_a_count(
    naming: Callable[[Any], Path],
) -> None:
    story = read_story(naming({"s_budget": 3_000_000_000}))

    assert story.steps[VALUES_STEP - 1].values["values"] == {"s_budget": 3_000_000_000}


@pytest.mark.parametrize(
    ("named", "told"),
    [
        pytest.param(
            {"$file": "values/no.json"}, "no.json: No such file", id="missing"
        ),
        pytest.param({"$file": "values"}, "values: Is a directory", id="a folder"),
        pytest.param(
            {"$file": "values/bad.json"}, "bad.json: line 2, column 2", id="not JSON"
        ),
        pytest.param({"$file": "../x.json"}, "outside", id="outside the folder"),
        pytest.param({"$file": "/etc/hostname"}, "outside", id="absolute"),
        pytest.param({"$file": "x\0"}, "no name of a file", id="no name of a file"),
        pytest.param({"$file": "x" * 5000}, "File name too long", id="name too long"),
        pytest.param({"$file": 5}, "say {", id="a number for a name"),
        pytest.param({"$file": None}, "say {", id="nothing for a name"),
        pytest.param({"$file": "values/a.json", "part": 1}, "say {", id="part no text"),
        pytest.param({"$file": "values/a.json", "prat": "pm"}, "say {", id="other key"),
        pytest.param(
            {"$file": "values/a.json", "part": "T"}, "no part 'T'", id="part missing"
        ),
        pytest.param(
            {"$file": "values/a.json", "part": "n/x"},
            "no part 'x'",
            id="part of a number",
        ),
        pytest.param({"$file": "values/more.json"}, "no other file", id="a chain"),
        pytest.param({"$file": "values/nul.json"}, "U+0000", id="NUL in the file"),
    ],
)
def test_a_file_that_cannot_be_put_in_is_refused_where_it_is_named(
    naming: Callable[[Any], Path], named: Any, told: str
) -> None:
    said = refusal(naming(named))

    assert said.startswith("story.json: step 16.with.values.")
    assert told in said


def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    naming: Callable[[Any], Path], tmp_path: Path
) -> None:
    (tmp_path / "values/out.json").symlink_to("/etc/hostname")

    assert "outside" in refusal(naming({"$file": "values/out.json"}))


def test_a_link_to_itself_is_refused(
    naming: Callable[[Any], Path], tmp_path: Path
) -> None:
    (tmp_path / "values/loop.json").symlink_to("loop.json")

    assert "step 16.with.values.$file: " in refusal(
        naming({"$file": "values/loop.json"})
    )


def test_the_schema_is_valid_and_describes_the_demo_story() -> None:
    Draft202012Validator.check_schema(story_schema())
    validator = Draft202012Validator(story_schema())
    demo = whole_story(DEMO)
    one_of_each_act = {each["act"]: each for each in demo["steps"]}
    demo["steps"] = list(one_of_each_act.values())

    assert list(validator.iter_errors(demo)) == []
    assert list(validator.iter_errors(small_story())) == []


def test_the_schema_refuses_an_act_with_a_key_that_it_does_not_take() -> None:
    wrong = with_change(set_in_values(3, "nmae", "x"))

    assert not Draft202012Validator(story_schema()).is_valid(wrong)


def test_the_schema_names_every_act_with_what_it_does() -> None:
    known = story_schema()["$defs"]

    assert {f"step_{act}" for act in ACTS} <= known.keys()
    assert all(known[f"step_{act}"]["description"] for act in ACTS)


class UndoneError(Exception):
    """The story could be played; nothing of it is to be kept."""


def play_and_undo(database: Database, story: Story) -> None:
    with suppress(UndoneError), database.transaction(None) as session:
        play(session, story)
        raise UndoneError


def test_the_small_story_can_be_played(tell: Tell, shared_database: Database) -> None:
    play_and_undo(shared_database, read_story(tell(small_story())))


def expired() -> dict[str, Any]:
    nurse = {"person": "P16", "role": "party_member"}
    return step("2025-07-01", "sign", nurse, agreement="PA-1")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param(
            expired(),
            "step 25 (sign): P16 holds no mandate as party_member on 2025-07-01 "
            "(INV-07)",
            id="a mandate that has expired",
        ),
        pytest.param(
            step(
                "2025-02-03",
                "register_treatment",
                {"person": "P22", "role": "project_manager"},
                **treatment(),
            ),
            "step 25 (register_treatment): the role project_manager may not do "
            "case.treated (INV-01: ",
            id="a decision by a development role",
        ),
        pytest.param(
            step(
                "2025-02-03",
                "plan_round",
                {"person": "P22", "role": "project_manager"},
                ref="R-1",
                document="PA-1",
                deadline_at="2025-03-03T12:00:00+01:00",
                parties=["A", "F"],
            ),
            "step 25 (plan_round): R-1: a round goes to all three parties",
            id="a round with two parties",
        ),
        pytest.param(
            step("2025-02-03", "sign", contact("P06"), agreement="PA-9"),
            "step 25 (sign): no Agreement PA-9",
            id="an unknown reference",
        ),
    ],
)
def test_a_step_that_breaks_a_rule_stops_the_story_with_its_number(
    tell: Tell, shared_database: Database, wrong: Any, told: str
) -> None:
    story = read_story(tell(small_story(wrong)))

    with (
        pytest.raises(StoryError) as refused,
        shared_database.transaction(None) as session,
    ):
        play(session, story)

    assert str(refused.value).startswith(told)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, but the whole."""
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, inner in pairs:
        yield (*place, key)
        yield from places(inner, (*place, key))


def at_place(value: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        value = value[key]
    return value


SMALL = small_story()
PLACES = list(places(SMALL))
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 3, 999, 10**9, 10**14, 0.5, "", " ", "x", "P01"),
    *("H-P01", "C1", "PA-1", "KST", "A", "T", "nb", "xx", "project", "2025-01-01"),
    *("1900-01-01", "2199-12-31", "2025-01-09T11:00:00Z", "2199-12-31T00:00:00Z"),
    *("\0", "\ud800", "æøå" * 100, "=1+1", [], {}, [[]], {"$file": "x.json"}),
)


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """The small story with some places changed, removed, doubled or swapped.

    Mostly for a value of the same type, so that many of the stories reach the domain.
    """
    story = copy.deepcopy(SMALL)
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3)):
        how = draw(st.sampled_from(["like", "like", "like", "any", "remove", "twice"]))
        former = at_place(SMALL, place)
        values = [*ODD, *(at_place(SMALL, other) for other in PLACES)]
        if how == "like":
            values = [each for each in values if type(each) is type(former)]
        change(story, place, how, draw(st.sampled_from(values)))
    return story


def change(story: Any, place: tuple[Any, ...], how: str, value: Any) -> None:
    """Make one change, unless an earlier one took the place away."""
    try:
        holder, key = at_place(story, place[:-1]), place[-1]
        if how == "remove":
            del holder[key]
        elif how == "twice":
            holder.insert(key, copy.deepcopy(holder[key]))
        else:
            holder[key] = copy.deepcopy(value)
    except (LookupError, TypeError, AttributeError):
        return


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=mutations())
def test_whatever_is_wrong_in_a_story_is_refused_and_nothing_else_happens(
    tell: Tell, shared_database: Database, told: Any
) -> None:
    path = tell(told)

    with suppress(InputRefusedError, StoryError):
        play_and_undo(shared_database, read_story(path))
