"""Word files that Samspor did not make are read too."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from lxml import etree

from templates_docx.cited import citation_control
from templates_docx.comments import Comment
from templates_docx.errors import TemplateError
from templates_docx.read import citations, read
from templates_docx.wordml import W14, W15, W
from tests.templates_docx.foreign_files import (
    control,
    foreign,
    renamed,
    strict,
    words,
    written,
)
from tests.templates_docx.tampering import DOCUMENT, parts_of, with_parts

_BOX = '<w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox>'
_DATE = '<w:date w:fullDate="2026-02-03T00:00:00Z"/>'
_ITEM = '<w:listItem w:displayText="Ja, klart" w:value="yes"/>'
_LIST = f"<w:dropDownList>{_ITEM}</w:dropDownList>"
_COMBO = f"<w:comboBox>{_ITEM}</w:comboBox>"
_HINT = "<w:showingPlcHdr/>"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        pytest.param("<w:text/>", "Fri tekst", "Fri tekst", id="text"),
        pytest.param(f"{_HINT}<w:text/>", "Klikk her", "", id="placeholder"),
        pytest.param(_BOX.format("1"), "☒", "true", id="ticked"),
        pytest.param(_BOX.format("0"), "☐", "false", id="not ticked"),
        pytest.param("<w14:checkbox/>", "☐", "false", id="box without state"),
        pytest.param(_DATE, "3. februar 2026", "2026-02-03", id="date"),
        pytest.param(_DATE, "den tredje", "2026-02-03", id="date in other words"),
        pytest.param(_DATE, "4.2.2026", "2026-02-04", id="date edited in the text"),
        pytest.param("<w:date/>", "i vår", "i vår", id="no date"),
        pytest.param('<w:date w:fullDate="x"/>', "i vår", "i vår", id="ill date"),
        pytest.param(_LIST, "Ja, klart", "yes", id="list"),
        pytest.param(_LIST, "yes", "yes", id="list shown by value"),
        pytest.param(_COMBO, "Kanskje", "Kanskje", id="free text in a list"),
    ],
)
def test_each_kind_of_control_has_a_sensible_value(
    kind: str, text: str, value: str
) -> None:
    reading = read(foreign(control("felt", words(text), kind)))

    assert (reading.kind, reading.values) == (None, {"felt": value})


def _cell(content: str) -> str:
    return f"<w:tc>{content}</w:tc>"


def _said(text: str) -> str:
    return f"<w:p>{words(text)}</w:p>"


def _row(name: str, day: str) -> str:
    cells = _cell(f"<w:p>{control('navn', words(name))}</w:p>")
    cells += control("dag", _cell(f"<w:p>{words(day)}</w:p>"), "<w:date/>")
    return control("", f"<w:tr>{cells}</w:tr>", "<w15:repeatingSectionItem/>")


def test_controls_are_read_at_every_level() -> None:
    rows = _row("Åse", "3.2.2026") + _row("Bø", "4.2.2026")
    section = control("folk", rows, "<w15:repeatingSection/>")
    whole = control("rad", f"<w:tr>{_cell(_said('x'))}</w:tr>")
    nested = control("ytre", words("a ") + control("indre", words("b")))
    block = control("avsnitt", f"<w:p>{words('En')}</w:p><w:p>{words('To')}</w:p>")

    reading = read(foreign(nested, blocks=f"<w:tbl>{section}{whole}</w:tbl>{block}"))

    assert reading.values == {
        "ytre": "a b",
        "indre": "b",
        "folk": [
            {"navn": "Åse", "dag": "2026-02-03"},
            {"navn": "Bø", "dag": "2026-02-04"},
        ],
        "rad": "x",
        "avsnitt": "En\nTo",
    }


def test_the_first_of_two_controls_with_one_tag_counts() -> None:
    data = foreign(control("nr", words("1")), control("nr", words("2")))

    assert read(data).values == {"nr": "1"}


def test_controls_without_a_tag_have_no_name_to_be_told_by() -> None:
    assert read(foreign(control("", words("x")))).values == {}


_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText>'
    '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{}'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(
            f"{words('a')}<w:ins>{words('b')}</w:ins><w:del>{words('c')}</w:del>",
            "ab",
            id="insertion and deletion",
        ),
        pytest.param(
            f"<w:moveFrom>{words('a')}</w:moveFrom><w:moveTo>{words('b')}</w:moveTo>",
            "b",
            id="move",
        ),
        pytest.param(
            f"<w:ins><w:del>{words('a')}</w:del>{words('b')}</w:ins>", "b", id="both"
        ),
        pytest.param(_FIELD.format(words("i dag")), "i dag", id="field"),
        pytest.param(
            f"<w:fldSimple>{words('i går')}</w:fldSimple>", "i går", id="simple field"
        ),
        pytest.param(
            "<w:r><w:t> a </w:t><w:tab/><w:t>b</w:t><w:br/><w:noBreakHyphen/>"
            '<w:sym w:char="00E6"/><w:lastRenderedPageBreak/></w:r>',
            "a\tb\n\u2011æ",
            id="signs",
        ),
        pytest.param(
            f"<w:hyperlink>{words('a')}</w:hyperlink><w:smartTag>{words('b')}"
            "</w:smartTag><w:r><w:commentReference/></w:r>",
            "ab",
            id="links and smart tags",
        ),
        pytest.param(
            f"{words('a')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>b</w:t></w:r>",
            "a",
            id="hidden text",
        ),
    ],
)
def test_text_reads_as_accepted(content: str, text: str) -> None:
    assert read(foreign(control("felt", content))).values == {"felt": text}


@pytest.mark.parametrize("mark", ["del", "moveFrom"])
def test_a_paragraph_whose_mark_is_gone_runs_on(mark: str) -> None:
    gone = f"<w:pPr><w:rPr><w:{mark}/></w:rPr></w:pPr>"
    block = f"<w:p>{gone}{words('En ')}</w:p><w:p>{words('to')}</w:p>"

    assert read(foreign(blocks=control("felt", block))).values == {"felt": "En to"}


def test_deleted_rows_and_cells_are_gone() -> None:
    kept = _cell(f"<w:p>{words('a')}</w:p>")
    cell = f"<w:tc><w:tcPr><w:cellDel/></w:tcPr><w:p>{words('b')}</w:p></w:tc>"
    row = f"<w:tr><w:trPr><w:del/></w:trPr>{_cell(_said('c'))}</w:tr>"
    table = f"<w:tbl><w:tr>{kept}{cell}</w:tr>{row}</w:tbl><w:p/>"

    assert read(foreign(blocks=control("felt", table))).values == {"felt": "a\n"}


def _box(tag: str) -> str:
    inner = f"<w:p>{control(tag, words(tag))}</w:p>"
    inner += f'<w:p><w:ins w:author="Kari">{words("nytt")}</w:ins></w:p>'
    return f"<w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict>"


@pytest.mark.parametrize(
    ("alternatives", "tag"),
    [
        (
            f"<mc:Choice>{_box('ny')}</mc:Choice><mc:Fallback>{_box('x')}</mc:Fallback>",
            "ny",
        ),
        (f"<mc:Fallback>{_box('gammel')}</mc:Fallback>", "gammel"),
        (
            f"<mc:Choice>{_box('en')}</mc:Choice><mc:Choice>{_box('to')}</mc:Choice>",
            "en",
        ),
    ],
)
def test_a_text_box_is_read_once(alternatives: str, tag: str) -> None:
    drawing = f"<mc:AlternateContent>{alternatives}</mc:AlternateContent>"

    reading = read(foreign(f"<w:r>{drawing}</w:r>"))

    assert reading.values == {tag: tag}
    assert [change.text for change in reading.changes] == ["nytt"]


def _dotx(data: bytes) -> bytes:
    types = parts_of(data)["[Content_Types].xml"]
    changed = types.replace(b"document.main+xml", b"template.main+xml")
    return with_parts(data, {"[Content_Types].xml": changed})


@pytest.mark.parametrize("spelt", [strict, renamed, _dotx])
def test_strict_renamed_and_template_files_are_read_alike(
    spelt: Callable[[bytes], bytes],
) -> None:
    cited = citation_control("O-202", "1.0", "Heltid", number=7)
    made = foreign(control("felt", words("x"), _BOX.format("1")), cited)

    reading = read(spelt(made))

    assert reading.values == {"felt": "true"}
    assert citations(spelt(made)) == reading.citations == read(made).citations
    assert reading.saved_by == read(made).saved_by != ""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"<w:ins>{words('a')}</w:ins>", ("insertion", "a")),
        ("<w:del><w:r><w:delText>a</w:delText></w:r></w:del>", ("deletion", "a")),
        (
            f"<w:moveFrom>{words('a')}</w:moveFrom><w:moveTo>{words('a')}</w:moveTo>",
            ("move", "a"),
        ),
        ("<w:r><w:rPr><w:rPrChange/></w:rPr><w:t>a</w:t></w:r>", ("format", "a")),
        ("<w:pPr><w:rPr><w:ins/></w:rPr></w:pPr>" + words("a"), ("insertion", "¶")),
        (
            f"<w:pPr><w:rPr><w:ins/></w:rPr></w:pPr><w:ins>{words('a')}</w:ins>",
            ("insertion", "a"),
        ),
        ("<w:pPr><w:sectPr><w:sectPrChange/></w:sectPr></w:pPr>", ("format", "")),
        ("<w:pPr><w:numPr><w:ins/></w:numPr></w:pPr>" + words("a"), ("format", "a")),
        ("<w:pPr><w:pPrChange/></w:pPr>" + words("a"), ("format", "a")),
    ],
)
def test_every_tracked_change_is_told_once(content: str, told: tuple[str, str]) -> None:
    reading = read(foreign(content))

    found = [(change.kind, change.text) for change in reading.changes]
    assert found == [told]


def test_tracked_rows_and_cells_are_told() -> None:
    row = f"<w:tr><w:trPr><w:ins/></w:trPr>{_cell(_said('r'))}</w:tr>"
    cell = f"<w:tc><w:tcPr><w:cellIns/></w:tcPr><w:p>{words('c')}</w:p></w:tc>"
    table = f"<w:tbl>{row}<w:tr>{cell}</w:tr></w:tbl>"

    found = [(c.kind, c.text) for c in read(foreign(blocks=table)).changes]

    assert found == [("insertion", "r"), ("insertion", "c")]


_MAIN = f'xmlns:w="{W}" xmlns:w14="{W14}" xmlns:w15="{W15}"'
_COMMENTS = f"""<w:comments {_MAIN}>
<w:comment w:id="0" w:author="Rita Solgløtt" w:date="2026-03-01T10:00:00Z">
<w:p w14:paraId="0A"><w:r><w:t>Hvor mange?</w:t></w:r></w:p>
<w:p w14:paraId="0B"><w:r><w:t>Og når?</w:t></w:r></w:p></w:comment>
<w:comment w:id="1" w:author="Siv Grønlid">
<w:p w14:paraId="0C"><w:r><w:t>Tolv.</w:t></w:r></w:p></w:comment>
</w:comments>"""
_EXTENDED = f"""<w15:commentsEx {_MAIN}><w15:commentEx w15:paraId="0B" w15:done="1"/>
<w15:commentEx w15:paraId="0C" w15:paraIdParent="0B" w15:done="0"/></w15:commentsEx>"""
_RELATION = (
    '<Relationship Id="c{0}" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/{0}" Target="{0}.xml"/>'
)
_COMMENTED = (
    '<w:commentRangeStart w:id="0"/>{}<w:commentRangeEnd w:id="0"/>'
    '<w:r><w:commentReference w:id="0"/></w:r>'
)


def _commented(extended: str = _EXTENDED) -> bytes:
    start, _, end = _COMMENTED.partition("{}")
    data = foreign(start + words("Vi vil ha"), words("tolv stillinger.") + end)
    parts = parts_of(data)
    relations = "word/_rels/document.xml.rels"
    named = "".join(map(_RELATION.format, ("comments", "commentsExtended")))
    old = parts[relations].decode()
    new = old.replace("</Relationships>", f"{named}</Relationships>")
    parts |= {relations: new.encode(), "word/comments.xml": _COMMENTS.encode()}
    return written(parts | {"word/commentsExtended.xml": extended.encode()})


def test_comments_are_told_with_answers_and_whether_they_are_resolved() -> None:
    question, answer = read(_commented()).comments

    assert question == Comment(
        author="Rita Solgløtt",
        at="2026-03-01T10:00:00Z",
        where="Grunnlag",
        quoted="Vi vil ha\ntolv stillinger.",
        text="Hvor mange?\nOg når?",
        id="0",
        resolved=True,
    )
    assert (answer.author, answer.at, answer.text) == ("Siv Grønlid", "", "Tolv.")
    assert (answer.reply_to, answer.resolved) == ("0", True)
    assert (answer.where, answer.quoted) == (question.where, question.quoted)


@pytest.mark.parametrize(
    "extended",
    [
        f"<w15:commentsEx {_MAIN}/>",
        _EXTENDED.replace("0B", "0C").replace('done="1"', 'done="x"'),
    ],
)
def test_comments_whose_threads_are_lost_are_told_all_the_same(extended: str) -> None:
    found = read(_commented(extended)).comments

    assert [(one.text, one.resolved) for one in found] == [
        ("Hvor mange?\nOg når?", False),
        ("Tolv.", False),
    ]


_WRONG = "", "x", "-1", "99999999999999999999", "æ/[1]", "2026-99-99", "\u2028"


def _everything() -> bytes:
    rows = control("folk", _row("Åse", "3.2.2026"), "<w15:repeatingSection/>")
    kinds = (_DATE, _LIST, _COMBO, _BOX.format("1"), _HINT)
    inline = [control(f"f{n}", words("x"), kind) for n, kind in enumerate(kinds)]
    cited = citation_control("O-202", "1.0", "Heltid", number=7)
    box = (
        f"<mc:AlternateContent><mc:Choice>{_box('a')}</mc:Choice></mc:AlternateContent>"
    )
    tracked = f"<w:ins w:id='4'>{words('b')}{cited}</w:ins><w:r>{box}</w:r>"
    parts = parts_of(
        foreign(*inline, _FIELD.format(tracked), blocks=f"<w:tbl>{rows}</w:tbl>")
    )
    return written(parts_of(_commented()) | {DOCUMENT: parts[DOCUMENT]})


@pytest.mark.parametrize("seed", range(60))
def test_damage_is_answered_or_refused_and_never_a_crash(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    made = _everything()
    part = chance.choice(
        [DOCUMENT, DOCUMENT, "word/comments.xml", "word/commentsExtended.xml"]
    )
    root = etree.fromstring(parts_of(made)[part])
    nodes = [node for node in root.iter() if isinstance(node.tag, str)]
    for _ in range(8):
        node, other = chance.choice(nodes), chance.choice(nodes)
        if chance.random() < 0.4 and node.attrib:
            node.set(chance.choice(list(node.attrib)), chance.choice(_WRONG))
        elif chance.random() < 0.5:
            node.tag = other.tag
        elif node is not root and node not in other.iterancestors():
            other.append(node) if node is not other else None
    damaged = with_parts(made, {part: etree.tostring(root)})

    try:
        reading = read(damaged)
    except TemplateError:
        return
    assert reading.kind is None
    assert citations(damaged) == reading.citations
