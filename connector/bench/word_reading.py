"""`samspor bench read`: how fast citations are found in many Word files.

Every side opens the same files from disk, one in turn, and must find the same outputs.
The limit is to read the file and to inflate the parts that may hold a citation.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import docx
from lxml import etree

from connector.bench.measurements import Goal, Measurement, Row, at_least, at_most
from connector.bench.rounds import Side, medians
from connector.bench.word_corpus import Filed, filed
from templates_docx.finding import CITATION
from templates_docx.inflating import INFLATERS, Inflater
from templates_docx.package import Directory
from templates_docx.parts import text_parts
from templates_docx.scan import citations_in
from templates_docx.wordml import name, value

COUNT = 200
PYTHON_DOCX, LXML = "python-docx", "zipfile + lxml"
_GOALS = {"zlib": at_least(15), "isal": at_least(20)}
# ISA-L inflates faster than any checking of a zip: its own limit only informs.
_LIMITS = {"zlib": at_most(3), "isal": None}
_WITH_TEXT = "document", "header", "footer", "footnotes", "endnotes"

Finder = Callable[[Path], Sequence[str]]


def measured(*, rounds: int, count: int = COUNT) -> Measurement:
    """Return the ratios of the reading benchmark, over files made for it."""
    with tempfile.TemporaryDirectory(prefix="samspor-bench-") as folder:
        files = filed(Path(folder), count=count)
        finders = _finders()
        notes = [_checked(name, find, files) for name, find in finders.items()]
        sides = [Side(name, _turns(find, files)) for name, find in finders.items()]
        sides += [Side(_limit(name), _inflating(files, name)) for name in INFLATERS]
        times = medians(sides, rounds=rounds)
    return Measurement(
        bench="read", rows=tuple(_rows(times)), notes=(*notes, *_absolute(times))
    )


def _finders() -> dict[str, Finder]:
    ours = {_ours(name): _scanner(way) for name, way in INFLATERS.items()}
    return {**ours, PYTHON_DOCX: _by_python_docx, LXML: _by_lxml}


def _ours(codec: str) -> str:
    return f"samspor, {codec}"


def _limit(codec: str) -> str:
    return f"limit, {codec}"


def _scanner(inflater: Inflater) -> Finder:
    def find(path: Path) -> Sequence[str]:
        found = citations_in(path.read_bytes(), inflater=inflater)
        return [f"{one.output}@{one.version}" for one in found]

    return find


def _by_python_docx(path: Path) -> Sequence[str]:
    document = docx.Document(str(path))
    edges = [
        edge.part.element
        for section in document.sections
        for edge in (section.header, section.footer)
        if not edge.is_linked_to_previous
    ]
    return [found for root in (document.element, *edges) for found in _tags(root)]


def _by_lxml(path: Path) -> Sequence[str]:
    with zipfile.ZipFile(path) as archive:
        wanted = [part for part in archive.namelist() if _may_hold_text(part)]
        roots = [etree.fromstring(archive.read(part)) for part in wanted]
    return [found for root in roots for found in _tags(root)]


def _may_hold_text(part: str) -> bool:
    folder, _, file = part.partition("/")
    is_xml = folder == "word" and file.endswith(".xml")
    return is_xml and file.rstrip("0123456789.xml").startswith(_WITH_TEXT)


def _tags(root: etree._Element) -> Iterator[str]:
    for control in root.iter(name("w:sdt")):
        tag = value(control.find(f"{name('w:sdtPr')}/{name('w:tag')}")) or ""
        if tag.startswith(CITATION):
            yield tag.removeprefix(CITATION)


def _turns(find: Finder, files: Sequence[Filed]) -> Callable[[int], object]:
    return lambda turn: find(files[turn % len(files)].path)


def _inflating(files: Sequence[Filed], codec: str) -> Callable[[int], object]:
    """The parts are known beforehand: nothing is looked for, nothing is checked."""
    inflate = INFLATERS[codec].inflate
    wanted = [list(_members(file.path)) for file in files]

    def work(turn: int) -> None:
        data = files[turn % len(files)].path.read_bytes()
        for start, end, size in wanted[turn % len(files)]:
            inflate(data[start:end], size)

    return work


def _members(path: Path) -> Iterator[tuple[int, int, int]]:
    directory = Directory.open(path.read_bytes())
    for part in text_parts(directory):
        entry = directory.entries[part]
        yield entry.end - entry.packed_size, entry.end, entry.size


def _checked(name: str, find: Finder, files: Sequence[Filed]) -> str:
    """Every side must find what is there, before anything is timed."""
    for file in files:
        found = tuple(find(file.path))
        if found != file.cited:
            raise AssertionError(f"{name} finds {found} in {file.path.name}")
    cited = sum(len(file.cited) for file in files)
    return f"{name}: found {cited} of {cited} citations in {len(files)} files"


def _rows(times: Mapping[str, float]) -> Iterator[Row]:
    for codec, goal in _GOALS.items():
        if codec in INFLATERS:
            yield _faster(times, codec, PYTHON_DOCX, goal=goal)
            yield _faster(times, codec, LXML)
            ratio = times[_ours(codec)] / times[_limit(codec)]
            what = f"time of {_ours(codec)}"
            limit = _LIMITS[codec]
            yield Row(what=what, against=_limit(codec), ratio=ratio, goal=limit)


def _faster(
    times: Mapping[str, float], codec: str, peer: str, *, goal: Goal | None = None
) -> Row:
    ratio = times[peer] / times[_ours(codec)]
    return Row(what=_ours(codec), against=peer, ratio=ratio, goal=goal)


def _absolute(times: Mapping[str, float]) -> list[str]:
    return [
        f"{name}: {1000 * seconds:.2f} ms a file, {1 / seconds:.0f} a second"
        for name, seconds in times.items()
    ]
