"""Reads a story from JSON, says precisely what is wrong with it, and tells its schema.

The shape of each act's `with` follows the act's own signature in the domain, so that a
story can do exactly what a page can do.
"""

from __future__ import annotations

import inspect
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, reduce
from itertools import pairwise
from operator import or_
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_type_hints

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
)

from connector.refusals import InputRefusedError
from workflows.people.kinds import Role
from workflows.stories import ACTS, Actor, Step, Story

GIVEN = frozenset({"session", "by", "at"})
LARGEST_BYTES = 25_000_000
LONGEST_NUMBER = 15
LARGEST_COUNT = 2**31 - 1
DEEPEST = 60
STRICT = ConfigDict(extra="forbid", strict=True)

# Deadlines are counted from days, and counts are stored as 32-bit numbers (but not
# the amounts in a document's values): what lies outside these would fail later.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
Day = Annotated[date, Field(ge=FIRST, le=LAST)]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC)),
]
Count = Annotated[int, Field(ge=0, le=9999)]
BOUNDED = {date: Day, datetime: Moment, int: Count}

# What PostgreSQL or a Word file cannot hold: XML 1.0, section 2.2, Char.
UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Place = tuple[str | int, ...]


class ActorModel(BaseModel):
    """Who does a step: a person (reference) in a role."""

    model_config = STRICT

    person: str
    role: Role
    project: str | None = None
    organisation: str | None = None


class MunicipalityModel(BaseModel):
    """The municipality that the story founds."""

    model_config = STRICT

    name: str = Field(min_length=1)
    number: str = Field(pattern=r"^\d{4}$")
    language: Literal["nb", "nn"] = "nb"


def read_story(path: Path) -> Story:
    """Return the story in a file, with the files that it names put in.

    Raises `InputRefusedError` naming the file and the line, or the step and its key.
    """
    raw = whole_story(path)
    try:
        model = _adapter().validate_json(json.dumps(raw))
    except ValidationError as error:
        raise InputRefusedError(f"{path.name}: {_first_fault(error)}") from None
    return _story(model, file=path.name)


def whole_story(path: Path) -> Any:
    """Return the JSON of a story, with the files that it names put in.

    Its shape is not looked at: `read_story` and the schema do that.

    Raises:
        InputRefusedError: a file is missing, too large, no UTF-8, no JSON or outside
            the story's folder; a key stands twice; a text or number cannot be kept.
    """
    return _Source(folder=path.parent.resolve(), file=path.name).whole(_json(path), ())


@cache
def story_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a story."""
    schema = _adapter().json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


@cache
def _adapter() -> TypeAdapter[Any]:
    models: Any = reduce(or_, (_step_model(name, act) for name, act in ACTS.items()))
    step: Any = Annotated[models, Field(discriminator="act")]
    fields: dict[str, Any] = {
        "format": (Literal["samspor-story/1"], ...),
        "municipality": (MunicipalityModel, ...),
        "begins_at": (Moment, ...),
        "until": (Moment | None, None),
        "steps": (list[step], ...),
    }
    return TypeAdapter(create_model("Story", __config__=STRICT, **fields))


def _step_model(name: str, act: Callable[..., Any]) -> type[BaseModel]:
    told = (inspect.getdoc(act) or "").split("\n", maxsplit=1)[0]
    fields: dict[str, Any] = {
        "act": (Literal[name], ...),
        "at": (Moment, ...),
        "by": (ActorModel | Literal["system"], ...),
        "values": (_values_model(name, act), Field(alias="with")),
    }
    return create_model(f"step_{name}", __config__=STRICT, __doc__=told, **fields)


def _values_model(name: str, act: Callable[..., Any]) -> type[BaseModel]:
    hints = get_type_hints(act)
    parameters = inspect.signature(act).parameters.values()
    fields: dict[str, Any] = {
        each.name: (_bounded(hints[each.name]), _default(each))
        for each in parameters
        if each.name not in GIVEN
    }
    return create_model(name, __config__=STRICT, **fields)


def _bounded(annotation: Any) -> Any:
    """An instant without a time zone means nothing, so none is taken."""
    if isinstance(annotation, UnionType):
        return reduce(or_, map(_bounded, get_args(annotation)))
    return BOUNDED.get(annotation, annotation)


def _default(parameter: inspect.Parameter) -> Any:
    return ... if parameter.default is parameter.empty else parameter.default


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputRefusedError(f"{path.name}: larger than 25 MB")
        return _parsed(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputRefusedError(f"{path.name}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputRefusedError(
            f"{path.name}: not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None
    except json.JSONDecodeError as error:
        raise InputRefusedError(
            f"{path.name}: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except RecursionError:
        raise InputRefusedError(f"{path.name}: nested too deeply") from None


@dataclass(frozen=True)
class _Fault:
    """Stands for what JSON allows and a story does not, till its place is known."""

    text: str


def _parsed(text: str) -> Any:
    return json.loads(
        text,
        object_pairs_hook=_object,
        parse_int=_whole_number,
        parse_float=_decimal,
        parse_constant=lambda name: _Fault(f"{name} is no number"),
    )


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any] | _Fault:
    for key, times in Counter(key for key, _ in pairs).items():
        if times > 1:
            return _Fault(f"the key {key!r} stands twice")
        if UNKEEPABLE.search(key):
            return _Fault(f"the key {key!r} holds a character that cannot be kept")
    return dict(pairs)


def _whole_number(digits: str) -> int | _Fault:
    if len(digits) > LONGEST_NUMBER:
        return _Fault("the number has too many digits")
    return int(digits)


def _decimal(digits: str) -> float | _Fault:
    number = float(digits)
    return number if math.isfinite(number) else _Fault("the number is too large")


@dataclass(frozen=True)
class _Source:
    """A story's file, and the folder where the files lie that it may name."""

    folder: Path
    file: str

    def whole(self, raw: Any, place: Place, *, is_named: bool = False) -> Any:
        """Return JSON with `{"$file": "values/x.json", "part": "A"}` replaced."""
        if fault := _fault(raw, place):
            raise self._refused(place, fault)
        if isinstance(raw, list):
            return [
                self.whole(each, (*place, number), is_named=is_named)
                for number, each in enumerate(raw)
            ]
        if not isinstance(raw, dict):
            return raw
        if "$file" in raw:
            return self._named(raw, (*place, "$file"), is_named=is_named)
        return {
            key: self.whole(value, (*place, key), is_named=is_named)
            for key, value in raw.items()
        }

    def _named(self, raw: Mapping[str, Any], place: Place, *, is_named: bool) -> Any:
        if is_named:
            raise self._refused(place, "a file that is put in names no other file")
        name, part = raw["$file"], raw.get("part", "")
        texts = isinstance(name, str) and isinstance(part, str)
        if not texts or raw.keys() - {"$file", "part"}:
            raise self._refused(
                place, 'say {"$file": "x.json", "part": "a/b"}, in text'
            )
        try:
            found = _part(_json(self._inside(name)), part, file=name)
        except InputRefusedError as refusal:
            raise self._refused(place, str(refusal)) from None
        return self.whole(found, place, is_named=True)

    def _inside(self, name: str) -> Path:
        if UNKEEPABLE.search(name):
            raise InputRefusedError(f"{name!r} is no name of a file")
        try:
            path = (self.folder / name).resolve()
        except RuntimeError:  # Python 3.11 says so of links in a ring.
            raise InputRefusedError(f"{name} is a link to itself") from None
        if not path.is_relative_to(self.folder):
            raise InputRefusedError(f"{name} lies outside the story's folder")
        return path

    def _refused(self, place: Place, fault: str) -> InputRefusedError:
        return InputRefusedError(f"{self.file}: {_where(place)}: {fault}")


def _fault(raw: Any, place: Place) -> str | None:
    if isinstance(raw, _Fault):
        return raw.text
    if isinstance(raw, str) and (found := UNKEEPABLE.search(raw)):
        return f"holds the character U+{ord(found[0]):04X}, which cannot be kept"
    if isinstance(raw, int) and abs(raw) > LARGEST_COUNT and "values" not in place:
        return "the number is too large"
    return "nested too deeply" if len(place) > DEEPEST else None


def _part(found: Any, path: str, *, file: str) -> Any:
    for part in filter(None, path.split("/")):
        if not isinstance(found, dict) or part not in found:
            raise InputRefusedError(f"{file} has no part {part!r}")
        found = found[part]
    return found


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    return f"{_where(fault['loc'])}: {fault['msg']}"


def _where(place: Place) -> str:
    """Name a place as people count: steps from 1."""
    names = [str(part) for part in place]
    match place:
        case ("steps", int(number), *_):
            names[:2] = [f"step {number + 1}"]
    return ".".join(names) or "the story"


def _story(model: Any, *, file: str) -> Story:
    steps = tuple(_step(each) for each in model.steps)
    for number, (former, step) in enumerate(pairwise(steps), start=2):
        if step.at < former.at:
            raise InputRefusedError(
                f"{file}: step {number}.at: {step.at.isoformat()} is before the step "
                f"that stands before it"
            )
    if model.until and steps and model.until < steps[-1].at:
        raise InputRefusedError(f"{file}: until: is before the last step")
    return Story(
        name=model.municipality.name,
        number=model.municipality.number,
        language=model.municipality.language,
        begins_at=model.begins_at,
        until=model.until,
        steps=steps,
    )


def _step(model: Any) -> Step:
    by = None if model.by == "system" else Actor(**dict(model.by))
    return Step(at=model.at, act=model.act, by=by, values=dict(model.values))
