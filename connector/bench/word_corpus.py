"""Word files as they lie in a municipality, for the reading benchmark.

A quarter cite outputs, most in paragraphs of the body and some in the footer; the rest
cite nothing. They are from one page to some forty, and one in eight is a mandate that
Samspor made, which holds two hundred controls. The people and the texts are invented.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx

from connector.bench.word_samples import bench_template, samples
from templates_docx.cited import citation_control
from templates_docx.package import Package, packed, write

_DOCUMENT, _FOOTER = "word/document.xml", "word/footer1.xml"
_END = {_DOCUMENT: "<w:sectPr", _FOOTER: "</w:ftr>"}
_SYLLABLES = (
    *("nær", "vær", "hel", "tid", "tur", "nus", "til", "lit", "valg", "led", "vik"),
    *("ans", "komm", "par", "ter", "fra", "bud", "møt", "sjett", "or", "ing", "en"),
)


def _vocabulary() -> list[str]:
    """As many words as a long text has, or it would pack as no real text does."""
    chance = random.Random(0)  # noqa: S311 - no secret
    return [
        "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(1, 4)))
        for _ in range(4_000)
    ]


_WORDS = _vocabulary()


@dataclass(frozen=True)
class Filed:
    """A file on disk, and the outputs that it cites, such as `O-202@1.0`."""

    path: Path
    cited: tuple[str, ...]


def filed(folder: Path, *, count: int) -> list[Filed]:
    """Return files written to a folder; the same ones every time."""
    base, template = _base(), bench_template()
    data = samples()
    made = []
    for number in range(count):
        chance = random.Random(number)  # noqa: S311 - no secret
        is_ours = number % 8 == 5
        if is_ours:
            content, cited = template.fill(data[number % len(data)].values), []
        else:
            cited = list(_names(chance)) if number % 4 == 0 else []
            content = _written(base, chance, cited)
        path = folder / f"{number:04}.docx"
        path.write_bytes(content)
        made.append(Filed(path, tuple(cited)))
    return made


def _base() -> Package:
    document = docx.Document()
    document.sections[0].footer.is_linked_to_previous = False
    buffer = io.BytesIO()
    document.save(buffer)
    return Package.open(buffer.getvalue())


def _names(chance: random.Random) -> Iterator[str]:
    for _ in range(chance.randint(1, 5)):
        yield f"O-{chance.randint(101, 999)}@{chance.randint(1, 3)}.0"


def _written(base: Package, chance: random.Random, cited: list[str]) -> bytes:
    """A file with its citations in the body, or, one time in seven, in the footer."""
    controls = [
        _citing(name, _sentence(chance), number)
        for number, name in enumerate(cited, start=1)
    ]
    is_in_footer = chance.random() < 0.15
    body = "".join(_blocks(chance, [] if is_in_footer else controls))
    footer = _paragraph("".join(controls)) if is_in_footer else ""
    added = {_DOCUMENT: body, _FOOTER: footer}
    return write(
        packed(name, _with(base.read(name), added[name], _END[name]))
        if added.get(name)
        else member
        for name, member in base.members.items()
    )


def _citing(name: str, text: str, number: int) -> str:
    output, _, version = name.partition("@")
    return citation_control(output, version, text, number=number)


def _with(content: bytes, added: str, end: str) -> bytes:
    text = content.decode()
    place = text.rindex(end)
    return f"{text[:place]}{added}{text[place:]}".encode()


def _blocks(chance: random.Random, controls: list[str]) -> Iterator[str]:
    """Chapters of a heading and some paragraphs, each fourth with a table."""
    chapters = max(1, int(chance.lognormvariate(2.2, 0.9)))
    waiting = list(controls)
    for chapter in range(min(chapters, 60)):
        yield _paragraph(_run(_sentence(chance)), style=f"Heading{1 + chapter % 3}")
        for _ in range(chance.randint(3, 9)):
            runs = "".join(_run(_sentence(chance)) for _ in range(3))
            yield _paragraph(runs + (waiting.pop(0) if waiting else ""))
        if chapter % 4 == 3:
            yield _table(chance)
    yield from map(_paragraph, waiting)


def _table(chance: random.Random) -> str:
    cell = '<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{}</w:tc>'
    rows = ""
    for _ in range(chance.randint(2, 12)):
        words = (chance.choice(_WORDS) for _ in range(4))
        cells = "".join(cell.format(_paragraph(_run(word))) for word in words)
        rows += f"<w:tr>{cells}</w:tr>"
    return f"<w:tbl>{rows}</w:tbl>"


def _paragraph(content: str, *, style: str = "BodyText") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    return (
        f'<w:p w:rsidR="00AB12CD" w:rsidRDefault="00AB12CD">{properties}{content}</w:p>'
    )


def _run(text: str) -> str:
    look = '<w:rPr><w:lang w:val="nb-NO"/></w:rPr>'
    return (
        f'<w:r w:rsidRPr="00AB12CD">{look}<w:t xml:space="preserve">{text} </w:t></w:r>'
    )


def _sentence(chance: random.Random) -> str:
    words = [chance.choice(_WORDS) for _ in range(chance.randint(5, 14))]
    return f"{' '.join(words).capitalize()}, {chance.randint(1, 99)} prosent."
