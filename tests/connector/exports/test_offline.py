"""Nothing that a document names outside itself is fetched: by reading or by printing.

A real server on this machine listens at every address that the document names.
"""

from __future__ import annotations

import shutil
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from connector.exports.offline import without_network
from connector.exports.pdf import PDF, WORD, converted
from connector.library.quarantine import read_apart
from templates_docx.compile import template
from templates_docx.read import citations, read
from tests.templates_docx.tampering import DOCUMENT, parts_of, with_parts

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
FIELDS = (
    'INCLUDEPICTURE "{}/field.png" \\d',
    'INCLUDETEXT "{}/text.docx"',
    'DDEAUTO "{}/dde" x',
    'LINK Word.Document.8 "{}/link.docx" "" \\a \\r',
    'IMPORT "{}/import.png"',
)
KINDS = "image", "aFChunk", "subDocument", "oleObject", "frame", "video", "hyperlink"


@dataclass
class Outside:
    """A server that writes down what it is asked for."""

    asked: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def outside() -> Iterator[Outside]:
    outside = Outside()

    class Listener(BaseHTTPRequestHandler):
        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            outside.asked.append(f"{self.command} {self.path}")
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    outside.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield outside
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def wild(outside: Outside) -> bytes:
    """A document of ours that names the server in every way that Word knows."""
    made = template("mandate", "nb").fill({"m_name": "Nærvær"})
    parts = parts_of(made)
    relations = "word/_rels/document.xml.rels"
    settings = "word/_rels/settings.xml.rels"
    own = parts[relations].decode().replace("</Rel", _related(outside.url, KINDS), 1)
    head, _, tail = parts[DOCUMENT].decode().rpartition("<w:sectPr")
    return with_parts(
        made,
        {
            relations: own.encode(),
            settings: _template(outside.url).encode(),
            DOCUMENT: f"{head}{_body(outside.url)}<w:sectPr{tail}".encode(),
            "word/settings.xml": parts["word/settings.xml"].replace(
                b"<w:zoom",
                f'<w:attachedTemplate xmlns:r="{OFFICE}" r:id="rT"/><w:zoom'.encode(),
            ),
        },
    )


def _related(url: str, kinds: tuple[str, ...]) -> str:
    made = "".join(
        f'<Relationship Id="rX{number}" Type="{OFFICE}/{kind}" '
        f'Target="{url}/{kind}" TargetMode="External"/>'
        for number, kind in enumerate(kinds)
    )
    return f"{made}</Rel"


def _template(url: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="rT" Type="{OFFICE}/attachedTemplate" '
        f'Target="{url}/mal.dotm" TargetMode="External"/></Relationships>'
    )


def _body(url: str) -> str:
    picture = (
        f'<w:p xmlns:r="{OFFICE}" xmlns:a="{DRAWING}/main" '
        f'xmlns:pic="{DRAWING}/picture" xmlns:wp="{DRAWING}/wordprocessingDrawing">'
        '<w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/>'
        '<wp:docPr id="77" name="b"/><a:graphic>'
        f'<a:graphicData uri="{DRAWING}/picture"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="0" name="b"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        '<a:blip r:link="rX0"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    older = (
        f'<w:p xmlns:r="{OFFICE}" xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict>'
        '<v:shape style="width:50pt;height:50pt"><v:imagedata r:id="rX0"/></v:shape>'
        "</w:pict></w:r></w:p>"
    )
    chunk = f'<w:altChunk xmlns:r="{OFFICE}" r:id="rX1"/>'
    return picture + older + chunk + "".join(_field(one.format(url)) for one in FIELDS)


def _field(code: str) -> str:
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'
        for kind in ("begin", "separate", "end")
    )
    told = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f"<w:p>{begin}{told}{separate}<w:r><w:t>x</w:t></w:r>{end}</w:p>"


def _office() -> Path:
    found = shutil.which("soffice")
    assert found
    return Path(found).resolve()


def test_the_server_hears_whoever_asks(outside: Outside) -> None:
    urllib.request.urlopen(f"{outside.url}/x").close()  # noqa: S310 - our own

    assert outside.asked == ["GET /x"]


def test_reading_tells_all_and_fetches_nothing(outside: Outside, wild: bytes) -> None:
    reading = read(wild)
    citations(wild)

    assert read_apart(wild) == reading
    assert outside.asked == []
    codes = [found.code for found in reading.findings]
    assert codes.count("outside-link") == len(KINDS)  # A web link is left out.
    assert codes.count("live-field") == len(FIELDS)


@pytest.mark.parametrize("to", [PDF, WORD], ids=["pdf", "docx"])
def test_printing_fetches_nothing(
    outside: Outside, wild: bytes, tmp_path: Path, to: str
) -> None:
    source, into = tmp_path / "inn.docx", tmp_path / "ut"
    source.write_bytes(wild)
    into.mkdir()

    (made,) = converted([source], to=to, into=into)

    assert made.stat().st_size > 1_000
    assert outside.asked == []


def test_the_settings_alone_keep_libreoffice_from_the_network(
    outside: Outside, wild: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the program that takes the network away; bare, it asks three times."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "soffice").symlink_to(_office())
    monkeypatch.setenv("PATH", str(programs))
    source = tmp_path / "inn.docx"
    source.write_bytes(wild)

    (made,) = converted([source], to=PDF, into=tmp_path)

    assert without_network() == ()
    assert made.stat().st_size > 1_000
    assert outside.asked == []
