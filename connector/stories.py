"""Reads a story from JSON, says precisely what is wrong with it, and tells its schema.

The shape of each act's `with` follows the act's own signature in the domain, so that a
story can do exactly what a page can do.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, reduce
from itertools import pairwise
from operator import or_
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

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
STRICT = ConfigDict(extra="forbid", strict=True)


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
    raw = _with_files(_json(path), folder=path.parent.resolve(), file=path.name)
    try:
        model = _adapter().validate_json(json.dumps(raw))
    except ValidationError as error:
        raise InputRefusedError(f"{path.name}: {_first_fault(error)}") from None
    return _story(model, file=path.name)


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
        "begins_at": (AwareDatetime, ...),
        "until": (AwareDatetime | None, None),
        "steps": (list[step], ...),
    }
    return TypeAdapter(create_model("Story", __config__=STRICT, **fields))


def _step_model(name: str, act: Callable[..., Any]) -> type[BaseModel]:
    told = (inspect.getdoc(act) or "").split("\n", maxsplit=1)[0]
    fields: dict[str, Any] = {
        "act": (Literal[name], ...),
        "at": (AwareDatetime, ...),
        "by": (ActorModel | Literal["system"], ...),
        "values": (_values_model(name, act), Field(alias="with")),
    }
    return create_model(f"step_{name}", __config__=STRICT, __doc__=told, **fields)


def _values_model(name: str, act: Callable[..., Any]) -> type[BaseModel]:
    hints = get_type_hints(act)
    parameters = inspect.signature(act).parameters.values()
    fields: dict[str, Any] = {
        each.name: (_aware(hints[each.name]), _default(each))
        for each in parameters
        if each.name not in GIVEN
    }
    return create_model(name, __config__=STRICT, **fields)


def _aware(annotation: Any) -> Any:
    """An instant without a time zone means nothing, so none is taken."""
    return AwareDatetime if annotation is datetime else annotation


def _default(parameter: inspect.Parameter) -> Any:
    return ... if parameter.default is parameter.empty else parameter.default


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputRefusedError(f"{path.name}: larger than 25 MB")
        return json.loads(path.read_text(encoding="utf-8-sig"))
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


def _with_files(raw: Any, *, folder: Path, file: str) -> Any:
    """Put in what `{"$file": "values/x.json", "part": "A"}` points at."""
    if isinstance(raw, list):
        return [_with_files(each, folder=folder, file=file) for each in raw]
    if not isinstance(raw, dict):
        return raw
    if "$file" in raw:
        return _named(raw, folder=folder, file=file)
    return {
        key: _with_files(value, folder=folder, file=file) for key, value in raw.items()
    }


def _named(raw: Mapping[str, Any], *, folder: Path, file: str) -> Any:
    path = (folder / str(raw["$file"])).resolve()
    if not path.is_relative_to(folder):
        raise InputRefusedError(f"{file}: {raw['$file']} lies outside its folder")
    found = _json(path)
    for part in str(raw.get("part", "")).split("/"):
        if not part:
            continue
        if not isinstance(found, dict) or part not in found:
            raise InputRefusedError(f"{path.name}: has no part {part!r}")
        found = found[part]
    return found


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    where = [str(part) for part in fault["loc"]]
    if where[:1] == ["steps"] and len(where) > 1:
        number = int(where[1]) + 1
        where = [f"step {number}", *where[2:]]
    return f"{'.'.join(where) or 'the story'}: {fault['msg']}"


def _story(model: Any, *, file: str) -> Story:
    steps = tuple(_step(each) for each in model.steps)
    for number, (former, step) in enumerate(pairwise(steps), start=2):
        if step.at < former.at:
            raise InputRefusedError(
                f"{file}: step {number}.at: {step.at.isoformat()} is before the step "
                f"that stands before it"
            )
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
