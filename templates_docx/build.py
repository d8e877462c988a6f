"""The standard template of every form, in bokmål and nynorsk.

`python -m templates_docx.build` writes them to `templates_docx/files`. The same form
gives the same bytes: fixed ids, no clock, fixed zip times.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from lxml import etree

from templates_docx import look
from templates_docx.charts import CHART_TYPE, WORKBOOK_TYPE, chart_part, workbook
from templates_docx.controls import Numbers, record_control
from templates_docx.layout import Layout
from templates_docx.origin import empty_properties
from templates_docx.package import Package, packed, write
from templates_docx.plotting import Charted
from templates_docx.slots import NAMESPACE, STORE_ID
from templates_docx.storing import empty_store
from templates_docx.wordml import MC, PREFIXES, name, run
from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Field, Form

LANGUAGES = ("nb", "nn")
LOCALE = {"nb": "nb-NO", "nn": "nn-NO"}
CUSTOM_XML = "application/xml"
CUSTOM_XML_PROPERTIES = (
    "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
)
_UNWANTED = "/word/stylesWithEffects.xml", "/word/webSettings.xml"
_FOOTER_WORDS = {"nb": ("side", "av"), "nn": ("side", "av")}


def standard_template(form: Form, *, language: str) -> bytes:
    """Return the standard template of a form as .docx bytes, `language` nb or nn."""
    document = docx.Document()
    _strip(document)
    look.dress(document, language=language)
    charts = _add_charts(document, form, language=language)
    layout = Layout(form=form, language=language, numbers=Numbers(1_000), charts=charts)
    _fill_body(document, layout.blocks())
    _fill_header(document, layout)
    _fill_footer(document, layout)
    _describe(document, form, language=language)
    _add_store(document, form, language=language)
    buffer = io.BytesIO()
    document.save(buffer)
    lists = look.numbering(prose_lists=layout.numbered_prose_lists)
    return _finished(buffer.getvalue(), language=language, numbering=lists)


def file_name(kind: str, language: str) -> str:
    """Return the name of a standard template in `files`."""
    return f"{kind}.{language}.docx"


def packaged(kind: str, language: str) -> bytes:
    """Return the bytes of a standard template that the package ships."""
    place = resources.files("templates_docx") / "files" / file_name(kind, language)
    return place.read_bytes()


def build_all(into: Path) -> list[Path]:
    """Write every standard template into a folder and return the paths."""
    written = []
    for kind in kinds():
        for language in LANGUAGES:
            path = into / file_name(kind, language)
            path.write_bytes(standard_template(form(kind), language=language))
            written.append(path)
    return written


def _strip(document: Document) -> None:
    """Take out what the empty document of python-docx brings along."""
    relations = document.part.rels
    for key, relation in list(relations.items()):
        partname = "" if relation.is_external else str(relation.target_part.partname)
        if partname in _UNWANTED or partname.startswith("/customXml/"):
            del relations[key]
    package = document.part.package.rels
    for key, relation in list(package.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package[key]


def _fill_body(document: Document, blocks: Iterable[str]) -> None:
    last = document.element.body.find(name("w:sectPr"))
    _set_page(last)
    for block in blocks:
        for element in parsed(block):
            last.addprevious(element)


def _add_charts(document: Document, form: Form, *, language: str) -> dict[str, str]:
    """Return the relation to the chart of each table that is drawn."""
    charted = [
        Charted(field=field, chart=field.chart, language=language)
        for field in form.fields
        if field.chart is not None
    ]
    return {one.field.key: _add_chart(document, one) for one in charted}


def _add_chart(document: Document, charted: Charted) -> str:
    key, package = charted.field.key, document.part.package
    locale, is_lying = LOCALE[charted.language], charted.is_lying
    book = Part(
        PackURI(f"/word/embeddings/chart_{key}.xlsx"),
        WORKBOOK_TYPE,
        workbook(charted.sample),
        package,
    )
    drawn = Part(
        PackURI(f"/word/charts/chart_{key}.xml"),
        CHART_TYPE,
        chart_part(charted.chart, charted.sample, is_lying=is_lying, locale=locale),
        package,
    )
    drawn.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
    return document.part.relate_to(drawn, RELATIONSHIP_TYPE.CHART)


def _set_page(section: etree._Element) -> None:
    """Upright A4 throughout."""
    for child in section.findall(name("w:pgSz")) + section.findall(name("w:pgMar")):
        section.remove(child)
    size, margins = parsed(
        f'<w:pgSz w:w="{look.PAGE_WIDTH}" w:h="{look.PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{look.MARGIN_ABOVE}" w:right="{look.MARGIN}" '
        f'w:bottom="{look.MARGIN_ABOVE}" w:left="{look.MARGIN}" '
        'w:header="510" w:footer="510" w:gutter="0"/>'
    )
    section.insert(0, margins)
    section.insert(0, size)


def _fill_header(document: Document, layout: Layout) -> None:
    """Whether the document is public stands on every page (house rule H4)."""
    key = _access_key(layout.form)
    if not key:
        return
    header = document.sections[0].header
    header.is_linked_to_previous = False
    said = layout.control(key)
    if f"{key}_basis" in layout.form.by_key:
        said += run(", jf. ") + layout.control(f"{key}_basis")
    (paragraph,) = parsed(f"<w:p>{_HEADER_STYLE}{said}</w:p>")
    part = header.part.element
    part.clear()
    part.append(paragraph)


def _access_key(form: Form) -> str:
    return next((f.key for f in form.fields if _is_access(f)), "")


def _is_access(field: Field) -> bool:
    return "exempt" in {choice.key for choice in field.choices}


def _fill_footer(document: Document, layout: Layout) -> None:
    """Municipality · kind · version · case · page, on every page (house rule H14)."""
    footer = document.sections[0].footer
    footer.is_linked_to_previous = False
    (paragraph,) = parsed(f"<w:p>{_STYLE}{_footer_text(layout)}</w:p>")
    part = footer.part.element
    part.clear()
    part.append(paragraph)


_HEADER_STYLE = '<w:pPr><w:pStyle w:val="Header"/></w:pPr>'
_STYLE = '<w:pPr><w:pStyle w:val="Footer"/></w:pPr>'


def _footer_text(layout: Layout) -> str:
    prefix, keys = layout.form.prefix, layout.form.by_key
    page, of = _FOOTER_WORDS[layout.language]
    parts = [
        layout.control(f"{prefix}municipality")
        if f"{prefix}municipality" in keys
        else "",
        run(layout.form.name.in_(layout.language)),
        _after("v", layout, f"{prefix}version"),
        _after("sak\u00a0", layout, f"{prefix}case"),
        run(f"{page}\u00a0")
        + _field("PAGE")
        + run(f" {of}\u00a0")
        + _field("NUMPAGES"),
    ]
    record = record_control(language=layout.language, numbers=layout.numbers)
    return run(" · ").join(part for part in parts if part) + record


def _after(word: str, layout: Layout, key: str) -> str:
    return run(word) + layout.control(key) if key in layout.form.by_key else ""


def _field(code: str) -> str:
    return f'<w:fldSimple w:instr=" {code} ">{run("1")}</w:fldSimple>'


def _describe(document: Document, form: Form, *, language: str) -> None:
    properties = document.core_properties
    properties.title = form.name.in_(language)
    properties.language = LOCALE[language]
    for key in ("author", "comments", "keywords", "last_modified_by", "subject"):
        setattr(properties, key, "")
    element = properties._element  # noqa: SLF001 - no public way to leave times out
    for child in list(element):
        if not child.text:
            element.remove(child)
    for dated in element.findall("{http://purl.org/dc/terms/}*"):
        element.remove(dated)


def _add_store(document: Document, form: Form, *, language: str) -> None:
    package = document.part.package
    content = empty_store(form, language=language)
    item = Part(PackURI("/customXml/item1.xml"), CUSTOM_XML, content, package)
    about = Part(
        PackURI("/customXml/itemProps1.xml"),
        CUSTOM_XML_PROPERTIES,
        STORE_PROPERTIES,
        package,
    )
    item.relate_to(about, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    document.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)
    properties = Part(
        PackURI("/docProps/custom.xml"),
        CONTENT_TYPE.OFC_CUSTOM_PROPERTIES,
        empty_properties(),
        package,
    )
    package.relate_to(properties, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


STORE_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    f'<ds:datastoreItem ds:itemID="{STORE_ID}" xmlns:ds="http://schemas.openxmlformats'
    '.org/officeDocument/2006/customXml"><ds:schemaRefs><ds:schemaRef '
    f'ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
).encode()
# Who made a file: a reader trusts the parts of a file by it.
APPLICATION = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Samspor</Application></Properties>"
)


def _finished(data: bytes, *, language: str, numbering: bytes) -> bytes:
    """Python-docx stamps times and declares too few names; both are put right here."""
    package = Package.open(data)
    changed = {
        "word/document.xml": _declared(package.read("word/document.xml")),
        "word/numbering.xml": numbering,
        "word/settings.xml": look.settings(language),
        "docProps/app.xml": APPLICATION,
    }
    return write(
        packed(part, changed.get(part) or package.read(part))
        for part in package.members
    )


def _declared(content: bytes) -> bytes:
    """Declare the names of Word 2010 and 2013 on the root, and that they are extras."""
    old = etree.fromstring(content)
    root = etree.Element(old.tag, nsmap=PREFIXES)
    root.set(f"{{{MC}}}Ignorable", "w14 w15")
    root.extend(list(old))
    etree.cleanup_namespaces(root, top_nsmap=PREFIXES, keep_ns_prefixes=list(PREFIXES))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def parsed(text: str) -> list[etree._Element]:
    """Return the elements that a piece of WordprocessingML text stands for."""
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items())
    return list(parse_xml(f"<root {names}>{text}</root>"))


if __name__ == "__main__":
    folder = Path(__file__).parent / "files"
    sys.stdout.writelines(f"{path.name}\n" for path in build_all(folder))
