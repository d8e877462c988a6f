"""How the standard templates look: typeface, colours, page, styles.

Text is never smaller than 11 points, and every colour has a contrast of at least 4.5 to
1 (WCAG 2.1, 1.4.3). A municipality restyles by changing these styles in Word.
"""

from __future__ import annotations

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

FONT = "Arial"
INK = "1B3A4B"
ACCENT = "2F6F7E"
RULE = "A9BCC6"
SHADE = "E8EFF2"
QUIET = "595959"

# Twentieths of a point. A4 is 210 by 297 mm.
PAGE_WIDTH, PAGE_HEIGHT = 11_906, 16_838
MARGIN, MARGIN_ABOVE = 1_134, 964
WIDTH = PAGE_WIDTH - 2 * MARGIN
# The lists of prose come after the one list that each style has.
FIRST_PROSE_LIST = 3

_LOCALE = {"nb": "nb-NO", "nn": "nn-NO"}


def dress(document: Document, *, language: str) -> None:
    """Give the document our styles and its language instead of those it has."""
    styles = document.styles.element
    for part in list(styles):
        styles.remove(part)
    styles.insert(0, _parsed(_defaults(_LOCALE[language])))
    for style in _styles():
        styles.append(_parsed(style))


def numbering(*, prose_lists: int = 0) -> bytes:
    """Return a numbering part with one bulleted and one numbered list.

    Each of `prose_lists` is a numbered list more, which begins at 1.
    """
    lists = _list(1, "bullet", "•", "ListBullet") + _list(
        2, "decimal", "%1.", "ListNumber"
    )
    nums = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2)
    )
    first = FIRST_PROSE_LIST
    nums += "".join(map(_restarted, range(first, first + prose_lists)))
    text = f"<w:numbering {nsdecls('w')}>{lists}{nums}</w:numbering>"
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text.encode()


def settings(language: str) -> bytes:
    """Return a settings part: Word 2013 and later, no update prompts."""
    text = (
        f"<w:settings {nsdecls('w')}>"
        '<w:zoom w:percent="100"/><w:defaultTabStop w:val="708"/><w:autoHyphenation/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{_LOCALE[language]}"/>'
        '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
    )
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text.encode()


def _parsed(text: str) -> etree._Element:
    wrapped = parse_xml(f"<w:styles {nsdecls('w')}>{text}</w:styles>")
    element: etree._Element = wrapped[0]
    return element


def _defaults(locale: str) -> str:
    return (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{FONT}" w:eastAsia="{FONT}" w:hAnsi="{FONT}" '
        f'w:cs="{FONT}"/><w:sz w:val="22"/><w:szCs w:val="22"/>'
        f'<w:lang w:val="{locale}" w:eastAsia="{locale}" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:suppressAutoHyphens/>"
        '<w:spacing w:after="100" w:line="254" w:lineRule="auto"/>'
        "</w:pPr></w:pPrDefault></w:docDefaults>"
    )


def _restarted(number: int) -> str:
    return (
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="2"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )


def _list(number: int, kind: str, sign: str, style: str) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{number}">'
        '<w:multiLevelType w:val="singleLevel"/>'
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:pStyle w:val="{style}"/><w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="425" w:hanging="425"/></w:pPr></w:lvl></w:abstractNum>'
    )


def _styles() -> list[str]:
    return [
        _default("paragraph", "Normal", "Normal", ""),
        _default("character", "DefaultParagraphFont", "Default Paragraph Font", ""),
        _default("table", "TableNormal", "Normal Table", _PLAIN_TABLE),
        _default("numbering", "NoList", "No List", ""),
        _paragraph("Municipality", "Samspor kommune", _MUNICIPALITY),
        _paragraph("Subtitle", "Subtitle", _SUBTITLE),
        _paragraph("Title", "Title", _TITLE),
        _paragraph("Heading1", "heading 1", _heading(1, size=32, before=280)),
        _paragraph("Heading2", "heading 2", _heading(2, size=26, before=180)),
        _paragraph("Heading3", "heading 3", _heading(3, size=22, before=200)),
        _paragraph("ListBullet", "List Bullet", _numbered(1)),
        _paragraph("ListNumber", "List Number", _numbered(2)),
        _paragraph("TableText", "Samspor tabelltekst", _TABLE_TEXT),
        _paragraph("TableHead", "Samspor tabellhode", _TABLE_HEAD),
        _paragraph("TableNumber", "Samspor talltekst", _RIGHT, based="TableText"),
        _paragraph("TableHeadNumber", "Samspor tallhode", _RIGHT, based="TableHead"),
        _paragraph("Fact", "Samspor opplysning", _FACT),
        _paragraph("Chart", "Samspor diagram", _CHART),
        _paragraph("Spacer", "Samspor mellomrom", _SPACER),
        _paragraph("Header", "header", _HEADER),
        _paragraph("Footer", "footer", _FOOTER),
        _character("PlaceholderText", "Placeholder Text", QUIET),
        _character("Label", "Samspor ledetekst", QUIET),
        _TABLE,
    ]


_PLAIN_TABLE = (
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" '
    'w:type="dxa"/><w:tblCellMar><w:left w:w="108" w:type="dxa"/>'
    '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>'
)
_MUNICIPALITY = (
    '<w:pPr><w:keepNext/><w:pBdr><w:bottom w:val="single" w:sz="12" w:space="6" '
    f'w:color="{ACCENT}"/></w:pBdr><w:spacing w:after="320"/></w:pPr>'
    f'<w:rPr><w:b/><w:color w:val="{INK}"/><w:sz w:val="24"/></w:rPr>'
)
_SUBTITLE = (
    '<w:pPr><w:keepNext/><w:spacing w:after="40"/></w:pPr>'
    f'<w:rPr><w:color w:val="{ACCENT}"/><w:sz w:val="28"/></w:rPr>'
)
_TITLE = (
    '<w:pPr><w:keepNext/><w:spacing w:after="240" w:line="252" w:lineRule="auto"/>'
    f'</w:pPr><w:rPr><w:b/><w:color w:val="{INK}"/><w:sz w:val="48"/></w:rPr>'
)
# A narrow cell divides a long word at a syllable; other text is not divided.
_TABLE_TEXT = (
    '<w:pPr><w:suppressAutoHyphens w:val="0"/>'
    '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
)
_TABLE_HEAD = (
    '<w:pPr><w:keepNext/><w:spacing w:after="0" w:line="252" w:lineRule="auto"/>'
    f'</w:pPr><w:rPr><w:b/><w:color w:val="{INK}"/></w:rPr>'
)
_SPACER = '<w:pPr><w:spacing w:after="0" w:line="160" w:lineRule="exact"/></w:pPr>'
_RIGHT = '<w:pPr><w:jc w:val="right"/></w:pPr>'
_FACT = '<w:pPr><w:keepLines/><w:spacing w:after="80"/></w:pPr>'
_CHART = (
    '<w:pPr><w:spacing w:before="160" w:after="0" w:line="240" w:lineRule="auto"/>'
    "</w:pPr>"
)
_HEADER = (
    '<w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
    f'<w:jc w:val="right"/></w:pPr><w:rPr><w:color w:val="{QUIET}"/></w:rPr>'
)
_FOOTER = (
    f'<w:pPr><w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="{RULE}"/>'
    '</w:pBdr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
    f'<w:rPr><w:color w:val="{QUIET}"/></w:rPr>'
)
_TABLE = (
    '<w:style w:type="table" w:customStyle="1" w:styleId="SamsporTable">'
    '<w:name w:val="Samspor tabell"/><w:basedOn w:val="TableNormal"/><w:tblPr>'
    "<w:tblBorders>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblCellMar><w:top w:w="40" w:type="dxa"/>'
    '<w:left w:w="110" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/>'
    '<w:right w:w="110" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
)


def _heading(level: int, *, size: int, before: int) -> str:
    return (
        f'<w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/>'
        f'<w:spacing w:before="{before}" w:after="80"/>'
        f'<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr><w:b/>'
        f'<w:color w:val="{INK}"/><w:sz w:val="{size}"/></w:rPr>'
    )


def _numbered(number: int) -> str:
    return (
        f'<w:pPr><w:numPr><w:numId w:val="{number}"/></w:numPr>'
        '<w:spacing w:after="60"/></w:pPr>'
    )


def _default(kind: str, style_id: str, label: str, rest: str) -> str:
    return (
        f'<w:style w:type="{kind}" w:default="1" w:styleId="{style_id}">'
        f'<w:name w:val="{label}"/>{rest}</w:style>'
    )


def _paragraph(style_id: str, label: str, rest: str, *, based: str = "Normal") -> str:
    return (
        f'<w:style w:type="paragraph"{_custom(label)} w:styleId="{style_id}">'
        f'<w:name w:val="{label}"/><w:basedOn w:val="{based}"/>{rest}</w:style>'
    )


def _custom(label: str) -> str:
    return ' w:customStyle="1"' if label.startswith("Samspor") else ""


def _character(style_id: str, label: str, colour: str) -> str:
    return (
        f'<w:style w:type="character"{_custom(label)} w:styleId="{style_id}">'
        f'<w:name w:val="{label}"/><w:basedOn w:val="DefaultParagraphFont"/>'
        f'<w:rPr><w:color w:val="{colour}"/></w:rPr></w:style>'
    )
