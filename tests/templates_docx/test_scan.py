"""Citations are found fast, and never otherwise than reading finds them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_docx.cited import citation_control
from templates_docx.compile import template
from templates_docx.errors import RefusedFileError
from templates_docx.finding import CITATION
from templates_docx.inflating import INFLATERS
from templates_docx.package import Package
from templates_docx.plain import plain_citations
from templates_docx.read import citations, read
from templates_docx.scan import citations_in
from templates_docx.wordml import W14, W_STRICT, W
from tests.templates_docx.foreign_files import foreign, words, written
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import DOCUMENT, parts_of, with_parts
from workflows.forms.catalogue import form

_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_CITED = citation_control("O-202", "1.0", "Heltid & helg", number=7)
_NAME = f"{CITATION}O-202@1.0"
_UNTAGGED = _CITED.replace(f'<w:tag w:val="{_NAME}"/>', "")
_OTHER_PREFIX = _CITED.replace("w:", "x:").replace("<x:sdt>", f'<x:sdt xmlns:x="{W}">')


def _bare(properties: str) -> str:
    return (
        f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{words('a')}"
        "</w:sdtContent></w:sdt>"
    )


# Ways in which programs and people may spell a citation, or something like one.
_SPELT = [
    *(_CITED, _CITED, _CITED, _UNTAGGED, _OTHER_PREFIX),
    _CITED.replace('"', "\0").replace("'", '"').replace("\0", "'"),
    _CITED.replace("samspor:", "samspor&#58;"),
    _CITED.replace("samspor:", "samsp&#x6f;r:"),
    _CITED.replace("'", "&apos;"),
    _CITED.replace("O-202", "Ø&amp;2"),
    _CITED.replace("O-202@1.0", "O-202"),
    _CITED.replace("<w:alias ", "<w:rPr><w:b/></w:rPr><w:alias "),
    _CITED.replace("Leveranse O-202, versjon 1.0", _NAME),
    _CITED.replace("<w:sdt>", '<w:sdt w:x="1">'),
    _CITED.replace("<w:sdtPr>", "<w:sdtPr >"),
    _CITED.replace("<w:sdtPr>", "<w:sdtPr>\n"),
    _CITED.replace("<w:tag ", "<w:tag\n"),
    _CITED.replace("<w:tag ", f'<w:tag xmlns:w="{W14}" '),
    _CITED.replace("<w:tag ", '<t:tag xmlns:t="urn:t" w:val="x"/><w:tag '),
    _CITED.replace("<w:dataBinding ", '<w:dataBinding w:x="a>b" '),
    _UNTAGGED.replace("<w:id ", '<w:tag w:val="felt#1"/><w:id '),
    _UNTAGGED.replace("<w:id ", '<w:tag w:val=""/><w:id '),
    _bare(f'<w:rPr><w:tag w:val="{_NAME}"/></w:rPr>'),
    _bare(f'<w:tag w:val="{_NAME}"/><w:tag w:val="annet"/>'),
    _bare(f'<w:tag w:val="annet"/><w:tag w:val="{_NAME}"/>'),
    (
        f'<w:sdt><w:sdtPr><w:tag w:val="felt"/></w:sdtPr><w:sdtContent>{_CITED}'
        "</w:sdtContent></w:sdt>"
    ),
    _CITED.replace("<w:r>", _UNTAGGED + "<w:r>"),
    *(f"<!--{_CITED}-->", f"<![CDATA[{_CITED}]]>", f"<?x {_CITED}?>"),
    *(words(_NAME), words("a > b"), words("5 # 4 ! 3")),
    f"<w:ins>{_CITED}</w:ins>",
    f'<w:del w:id="1">{_CITED}</w:del>',
    f"<w:moveFrom>{_CITED}</w:moveFrom>",
    f'<w:customXmlDelRangeStart w:id="1"/>{_CITED}<w:customXmlDelRangeEnd w:id="1"/>',
    _CITED.replace("<w:r>", "<w:del><w:r>").replace("</w:r>", "</w:r></w:del>"),
    f"<w:hyperlink>{_CITED}</w:hyperlink>",
    (
        f"<mc:AlternateContent><mc:Choice>{_CITED}</mc:Choice><mc:Fallback>{_CITED}"
        "</mc:Fallback></mc:AlternateContent>"
    ),
    f"<w:r><w:pict><w:txbxContent><w:p>{_CITED}</w:p></w:txbxContent></w:pict></w:r>",
    f"<x:sdt xmlns:x='urn:x'><w:sdtPr><w:tag w:val='y'/></w:sdtPr>{_CITED}</x:sdt>",
]
_TITLES = [
    "Grunnlag",
    "A &amp; B &lt;C&gt;",
    "Eva's",
    "",
    'Fra</w:t><w:tab/><w:t xml:space="preserve"> to ',
    'Fra</w:t></w:r><w:r><w:br w:type="page"/><w:delText>borte</w:delText><w:t>ny',
    "a\r\nb",
]
_STYLES = ["Heading1", "heading 2", "Overskrift3", "Title", "ListParagraph", "H&amp;"]


def _styled(style: str, title: str) -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    return f"<w:p>{properties}<w:r><w:t>{title}</w:t></w:r></w:p>"


_inline = st.lists(st.sampled_from([*_SPELT, words("og")]), max_size=3).map("".join)
_heading = st.builds(_styled, st.sampled_from(_STYLES), st.sampled_from(_TITLES))
_odd_heading = _heading.flatmap(
    lambda made: st.sampled_from(
        [
            made.replace('"', "'"),
            made.replace("<w:pPr>", '<w:pPr w:x="1">'),
            made.replace("<w:p>", '<w:p w:rsidR="00A1">'),
            made.replace("<w:pPr>", "<w:r><w:t>Før</w:t></w:r><w:pPr>"),
            made.replace("<w:pPr>", "<w:pPr><w:keepNext/>"),
            made.replace("</w:pPr>", "<w:pPrChange>X</w:pPrChange></w:pPr>").replace(
                "X", '<w:pPr><w:pStyle w:val="Title"/></w:pPr>'
            ),
            made.replace("</w:p>", f"{_CITED}</w:p>"),
        ]
    )
)
_paragraph = st.builds(
    lambda start, inner: f"{start}{inner}</w:p>",
    st.sampled_from(["<w:p>", '<w:p w:rsidR="1">', '<w:p w:x="a"/><w:p>', "<w:p >"]),
    _inline,
)
_leaf = st.one_of(_paragraph, _paragraph, _heading, _odd_heading)


def _wrapped(inner: str, wrapper: str) -> str:
    start, end = wrapper.split("|")
    return f"{start}{inner}{end}"


_WRAPPERS = [
    "<w:tbl><w:tr><w:tc>|</w:tc></w:tr></w:tbl>",
    "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>|</w:tc></w:tr></w:tbl>",
    (
        '<w:sdt><w:sdtPr><w:tag w:val="ytre"/></w:sdtPr><w:sdtContent>|</w:sdtContent>'
        "</w:sdt>"
    ),
    (
        f'<w:sdt><w:sdtPr><w:tag w:val="{_NAME}"/></w:sdtPr><w:sdtContent>|'
        "</w:sdtContent></w:sdt>"
    ),
    "<w:sdt><w:sdtContent>|</w:sdtContent></w:sdt>",
    "<w:customXml>|</w:customXml>",
    "<w:ins>|</w:ins>",
    "<x:any xmlns:x='urn:x'>|</x:any>",
    "<w:p><w:r><w:t>a/>b</w:t></w:r></w:p><x:any xmlns:x='urn:x'>|</x:any>",
    "<mc:AlternateContent><mc:Fallback>|</mc:Fallback></mc:AlternateContent>",
    "|",
]
_blocks = st.lists(
    st.recursive(
        _leaf,
        lambda inner: st.builds(
            _wrapped,
            st.lists(inner, max_size=3).map("".join),
            st.sampled_from(_WRAPPERS),
        ),
        max_leaves=5,
    ),
    min_size=1,
    max_size=6,
).map("".join)


def _part(root: str, blocks: str) -> str:
    inner = f"<w:body>{blocks}</w:body>" if root == "w:document" else blocks
    return f'<{root} xmlns:w="{W}" xmlns:mc="{_MC}">{inner}</{root}>'


_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_SPELLINGS: list[Callable[[str], bytes]] = [
    str.encode,
    lambda text: (_DECLARED + text).encode(),
    lambda text: (_DECLARED.replace('"', "'") + text).encode(),
    lambda text: f"\ufeff{text}".encode(),
    lambda text: text.encode("utf-16"),
    lambda text: (_DECLARED.replace("UTF-8", "ISO-8859-1") + text).encode("latin-1"),
    lambda text: (_DECLARED + text.replace(W, W_STRICT)).encode(),
    lambda text: (_DECLARED + text.replace(f'"{W}"', '"urn:x"', 1)).encode(),
    lambda text: (_DECLARED + text.replace("w:", "v:").replace(":w=", ":v=")).encode(),
    lambda text: (_DECLARED + "<!--w-->" + text).encode(),
]
_RELATION = (
    '<Relationship Id="odd{0}" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/{0}" Target="odd{0}.xml"/>'
)
_KINDS = {"header": "w:hdr", "footer": "w:ftr", "footnotes": "w:footnotes"}


def _file(document: bytes, kind: str, other: bytes) -> bytes:
    parts = parts_of(foreign())
    relations = "word/_rels/document.xml.rels"
    named = f"{_RELATION.format(kind)}</Relationships>"
    told = parts[relations].decode().replace("</Relationships>", named)
    parts |= {DOCUMENT: document, relations: told.encode()}
    return written(parts | {f"word/odd{kind}.xml": other})


@settings(max_examples=200, deadline=None)
@given(
    _blocks,
    _blocks,
    st.sampled_from(_SPELLINGS),
    st.sampled_from(_SPELLINGS),
    st.sampled_from(sorted(_KINDS)),
)
def test_a_scan_never_tells_other_citations_than_reading(
    blocks: str,
    more: str,
    spell: Callable[[str], bytes],
    spell_more: Callable[[str], bytes],
    kind: str,
) -> None:
    data = _file(
        spell(_part("w:document", blocks)), kind, spell_more(_part(_KINDS[kind], more))
    )

    try:
        expected = read(data).citations
    except RefusedFileError:
        return
    assert citations(data) == expected


def _plain(*blocks: str, root: str = "w:document") -> bytes:
    return (_DECLARED + _part(root, "".join(blocks))).encode()


@pytest.mark.parametrize(
    "content",
    [
        _plain(_styled("Heading1", "A &amp; B"), f"<w:p>{_CITED}{_UNTAGGED}</w:p>"),
        _plain(_styled("Title", "A"), _styled("ListParagraph", "x"), _CITED),
        _plain(f"<w:tbl><w:tr/></w:tbl><w:p>{_CITED.replace(chr(39), '&apos;')}</w:p>"),
        _plain(f"<w:p>{_CITED}</w:p>", root="w:ftr"),
        _plain(
            f"<w:p><w:ins>{words('a')}</w:ins><w:hyperlink>{_CITED}</w:hyperlink></w:p>"
        ),
    ],
)
def test_the_usual_citation_is_told_without_a_parser(content: bytes) -> None:
    found = plain_citations(content)

    assert found
    assert read(with_parts(foreign(), {DOCUMENT: content})).citations in (found, ())
    assert all(one.output == "O-202" for one in found)


@pytest.mark.parametrize("name", sorted(INFLATERS))
def test_every_way_to_inflate_gives_the_same(name: str) -> None:
    known = form("status-report")
    made = template("status-report", "nb").fill(full_values(known, "nb"))
    package = Package.open(made)

    for member in package.members.values():
        content = member.inflate()
        assert member.inflate(INFLATERS[name]) == content
    assert citations_in(foreign(_CITED), inflater=INFLATERS[name])


@pytest.mark.parametrize("name", sorted(INFLATERS))
@pytest.mark.parametrize("at", [30, 60, 100])
def test_every_way_to_inflate_refuses_damage(name: str, at: int) -> None:
    member = Package.open(foreign()).members[DOCUMENT]
    raw = bytearray(member.raw)
    raw[at] ^= 0xFF
    damaged = type(member)(
        name="x", method=8, crc=member.crc, size=member.size, raw=bytes(raw)
    )

    with pytest.raises(RefusedFileError):
        damaged.inflate(INFLATERS[name])
