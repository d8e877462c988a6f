"""What municipalities of a programme exchange: one JSON file of references, no texts.

A foreign output keeps its municipality, its reference, its fingerprint and how its own
links stand, also those that lead to what nobody here has heard of.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connector.imports.files import read_bytes
from connector.refusals import InputRefusedError
from workflows.clock import oslo
from workflows.development.outputs import OutputKind
from workflows.people.municipalities import Municipality
from workflows.trace.federation import Foreign, Resolution

FORMAT = "samspor-exchange/1"
STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
# No control characters: a title is shown on pages and in Word files.
Line = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]+$")]
Number = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
Fingerprint = Annotated[str, Field(pattern=r"^fp:v[0-9]+:[0-9a-f]{64}$")]


class _Link(BaseModel):
    model_config = STRICT

    municipality: Number
    ref: Line
    version: Line
    fingerprint: Fingerprint | Literal[""]
    state: Resolution = Field(strict=False)


class _Output(BaseModel):
    model_config = STRICT

    ref: Line
    version: Line
    title: Line
    kind: OutputKind = Field(strict=False)
    language: Literal["nb", "nn"]
    handed_over_on: date = Field(strict=False)
    fingerprint: Fingerprint
    state: Literal["handed_over", "in_use", "treated", "not_used", "superseded"]
    supersedes: Line | None = None
    superseded_by: Line | None = None
    cites: list[_Link] = Field(max_length=1_000)


class _Municipality(BaseModel):
    model_config = STRICT

    number: Number
    name: Line


class Exchange(BaseModel):
    """One municipality's part of a programme, as it was at an instant."""

    model_config = STRICT

    format: Literal["samspor-exchange/1"]
    programme: Line
    municipality: _Municipality
    at: datetime = Field(strict=False)
    outputs: list[_Output] = Field(max_length=100_000)


def exchange(
    shared: list[Foreign], *, programme: str, municipality: Municipality, at: datetime
) -> dict[str, Any]:
    """Return what a municipality shares, as plain JSON in the agreed shape."""
    return {
        "format": FORMAT,
        "programme": programme,
        "municipality": {"number": municipality.number, "name": municipality.name},
        "at": oslo(at).isoformat(),
        "outputs": [asdict(each) | {"cites": list(each.cites)} for each in shared],
    }


def read_exchange(path: Path) -> dict[str, Any]:
    """Return the municipality and the outputs of a file, as plain values.

    Raises `InputRefusedError` naming the file, the key and what is wrong with it.
    """
    try:
        found = Exchange.model_validate_json(read_bytes(path))
    except ValidationError as error:
        raise InputRefusedError(f"{path.name}: {_first_fault(error)}") from None
    _refuse_doubles(path.name, found)
    told = found.model_dump(mode="json", exclude_none=True)
    return {"municipality": told["municipality"], "outputs": told["outputs"]}


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in fault["loc"]) or "fila"
    return f"{place}: {fault['msg']}"


def _refuse_doubles(file: str, found: Exchange) -> None:
    seen: set[str] = set()
    for place, each in enumerate(found.outputs):
        if each.ref in seen:
            raise InputRefusedError(
                f"{file}: outputs.{place}.ref: {each.ref} står to ganger"
            )
        seen.add(each.ref)
