"""`samspor bench docx`: how fast Word documents are made, beside peers and limits.

Every side makes the same mandate from the same 200 data sets, one document in turn. The
limit is what no generator of such files gets below: checksum, deflate and put together
exactly the parts that differ from document to document.
"""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Callable, Mapping, Sequence

from connector.bench.measurements import Measurement, Row, at_least, at_most
from connector.bench.rounds import Side, medians
from connector.bench.word_controls import controls_maker
from connector.bench.word_peers import Maker, docxtpl_maker, mailmerge_maker
from connector.bench.word_samples import Sample, bench_template, restyled, samples
from templates_docx.package import Package

OURS, LIMIT = "samspor", "limit"
DOCXTPL, CONTROLS = "docxtpl", "python-docx + lxml"
MAILMERGE = "docx-mailmerge2 (no rich text)"
_TEXT = re.compile(rb"<(?:w:t|m:\w+)(?: [^>]*)?>([^<]+)<")


def measured(*, rounds: int) -> Measurement:
    """Return the ratios of the Word benchmark; every side must bring every text."""
    data = samples()
    makers = _makers(data[0])
    notes = [_checked(name, make, data[:3]) for name, make in makers.items()]
    sides = [Side(name, _turns(make, data)) for name, make in makers.items()]
    sides.append(Side(LIMIT, _limit(makers[OURS], data)))
    times = medians(sides, rounds=rounds)
    return Measurement(
        bench="docx",
        rows=_rows(times),
        notes=(*notes, *_absolute(times)),
    )


def _makers(sample: Sample) -> dict[str, Maker]:
    template = bench_template()
    return {
        OURS: lambda sample: template.fill(sample.values),
        DOCXTPL: docxtpl_maker(sample),
        CONTROLS: controls_maker(restyled()),
        MAILMERGE: mailmerge_maker(sample),
    }


def _turns(make: Maker, data: Sequence[Sample]) -> Callable[[int], bytes]:
    return lambda turn: make(data[turn % len(data)])


def _rows(times: Mapping[str, float]) -> tuple[Row, ...]:
    ours = times[OURS]
    return (
        Row(what=OURS, against=DOCXTPL, ratio=times[DOCXTPL] / ours, goal=at_least(20)),
        Row(
            what=OURS, against=CONTROLS, ratio=times[CONTROLS] / ours, goal=at_least(12)
        ),
        Row(what=OURS, against=MAILMERGE, ratio=times[MAILMERGE] / ours),
        Row(
            what="time of samspor",
            against=LIMIT,
            ratio=ours / times[LIMIT],
            goal=at_most(1.35),
        ),
    )


def _absolute(times: Mapping[str, float]) -> list[str]:
    return [
        f"{name}: {1000 * seconds:.2f} ms a document, {1 / seconds:.0f} a second"
        for name, seconds in times.items()
    ]


def _limit(make: Maker, data: Sequence[Sample]) -> Callable[[int], bytes]:
    """Only the work that differing parts ask for, on the parts of real documents."""
    made = [Package.open(make(sample)) for sample in data[:20]]
    changed = [
        name
        for name, member in made[0].members.items()
        if member != made[1].members[name]
    ]
    contents = [[package.read(name) for name in changed] for package in made]

    def work(turn: int) -> bytes:
        return b"".join(map(_packed, contents[turn % len(contents)]))

    return work


def _packed(content: bytes) -> bytes:
    zlib.crc32(content)
    return zlib.compress(content, 6, wbits=-15)


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
