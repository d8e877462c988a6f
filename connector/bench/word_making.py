"""`samspor bench docx`: how fast Word documents are made, beside peers and limits.

Every side makes the same mandate from the same 200 data sets, one document in turn. The
limit is what no generator of such files gets below: the contents of the parts that
differ from document to document are there already, and it only checksums and deflates
them and puts the file together.
"""

from __future__ import annotations

import html
import re
import resource
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from connector.bench.measurements import Measurement, Row, at_least, at_most
from connector.bench.rounds import Side, medians
from connector.bench.word_controls import controls_maker
from connector.bench.word_peers import Maker, docxtpl_maker, mailmerge_maker
from connector.bench.word_samples import (
    LANGUAGE,
    Sample,
    bench_template,
    restyled,
    samples,
)
from templates_docx.codec import ZLIB, Codec, codec
from templates_docx.compile import template
from templates_docx.fill import Template
from templates_docx.package import Frame, Package, packed

OURS, LIMIT = "samspor, zlib 6", "limit, zlib 6"
OURS_FAST, LIMIT_FAST = "samspor, isal 1", "limit, isal 1"
DOCXTPL, CONTROLS = "docxtpl", "python-docx + lxml"
MAILMERGE = "docx-mailmerge2 (no rich text)"
WHOLE = "samspor, the whole standard mandate"
_TEXT = re.compile(rb"<(?:w:t|m:\w+)(?: [^>]*)?>([^<]+)<")
_DOCUMENTS = 2_000
_MEGABYTE = 2**20


def measured(*, rounds: int) -> Measurement:
    """Return the ratios of the Word benchmark; every side must bring every text."""
    data, isal, own = samples(), codec("isal"), bench_template()
    makers = _makers(data[0], own, isal)
    notes = [_checked(name, make, data[:3]) for name, make in makers.items()]
    sides = [Side(name, _turns(make, data)) for name, make in makers.items()]
    limits = {LIMIT: (OURS, ZLIB), LIMIT_FAST: (OURS_FAST, isal)}
    for limit, (ours, deflater) in limits.items():
        sides.append(Side(limit, _limit(makers[ours], own.frame, data, deflater)))
    sides.append(Side(WHOLE, _whole()))
    times = medians(sides, rounds=rounds)
    return Measurement(
        bench="docx",
        rows=(*_rows(times), _memory(own, data, documents=10 * rounds)),
        notes=(*notes, *_absolute(times)),
    )


def _makers(sample: Sample, own: Template, isal: Codec) -> dict[str, Maker]:
    return {
        OURS: lambda sample: own.fill(sample.values),
        OURS_FAST: lambda sample: own.fill(sample.values, codec=isal),
        DOCXTPL: docxtpl_maker(sample),
        CONTROLS: controls_maker(restyled()),
        MAILMERGE: mailmerge_maker(sample),
    }


def _whole() -> Callable[[int], bytes]:
    """The standard mandate with every field of the benchmark, all others empty."""
    standard, values = template("mandate", LANGUAGE), samples()
    return lambda turn: standard.fill(values[turn % len(values)].values)


def _memory(own: Template, data: Sequence[Sample], *, documents: int) -> Row:
    """Hold what the process has after some documents against what it has after all."""
    documents = min(documents, _DOCUMENTS)
    for turn in range(documents // 10):
        own.fill(data[turn % len(data)].values)
    before = _resident()
    for turn in range(documents):
        own.fill(data[turn % len(data)].values)
    return Row(
        what=f"megabytes gained by {documents} documents",
        against="the process before them",
        ratio=(_resident() - before) / _MEGABYTE,
        goal=at_most(2),
    )


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def _turns(make: Maker, data: Sequence[Sample]) -> Callable[[int], bytes]:
    return lambda turn: make(data[turn % len(data)])


def _rows(times: Mapping[str, float]) -> tuple[Row, ...]:
    faster = (
        (OURS, DOCXTPL, at_least(20)),
        (OURS, CONTROLS, at_least(12)),
        (OURS, MAILMERGE, None),
        (OURS_FAST, DOCXTPL, at_least(50)),
        (OURS_FAST, CONTROLS, None),
    )
    slower = ((OURS, LIMIT, at_most(1.35)), (OURS_FAST, LIMIT_FAST, at_most(1.8)))
    return (
        *(
            Row(what=ours, against=peer, ratio=times[peer] / times[ours], goal=goal)
            for ours, peer, goal in faster
        ),
        *(
            Row(
                what=f"time of {ours}",
                against=limit,
                ratio=times[ours] / times[limit],
                goal=goal,
            )
            for ours, limit, goal in slower
        ),
    )


def _absolute(times: Mapping[str, float]) -> list[str]:
    return [
        f"{name}: {1000 * seconds:.2f} ms a document, {1 / seconds:.0f} a second"
        for name, seconds in times.items()
    ]


def _limit(
    make: Maker, frame: Frame, data: Sequence[Sample], deflater: Codec
) -> Callable[[int], bytes]:
    """The same file from contents that are there already."""
    made = [Package.open(make(sample)) for sample in data[:20]]
    changed = [
        name
        for name, member in made[0].members.items()
        if member != made[1].members[name]
    ]
    contents = [[package.read(name) for name in changed] for package in made]

    def work(turn: int) -> bytes:
        parts = zip(changed, contents[turn % len(contents)], strict=True)
        return frame.file(packed(*part, codec=deflater) for part in parts)

    return work


def _checked(name: str, make: Maker, data: Sequence[Sample]) -> str:
    """Every text must have arrived, before anything is timed."""
    wanted = 0
    for sample in data:
        said = _said(make(sample))
        lacking = [text for text in sample.texts if text not in said]
        if lacking:
            raise AssertionError(f"{name} leaves out {lacking[:3]}")
        wanted += len(sample.texts)
    return f"{name}: {wanted} of {wanted} texts arrived in {len(data)} documents"


def _said(document: bytes) -> str:
    package = Package.open(document)
    texts = (
        found
        for name in package.members
        if name.endswith(".xml")
        for found in _TEXT.findall(package.read(name))
    )
    return html.unescape(b"\n".join(texts).decode())
