"""The test server answers, and is asked, as the document of the API says.

The document (OpenAPI 3.0) is read where it lies beside the checkout; elsewhere the same
objects are held against the part of it that the reader rests on, kept here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml  # type: ignore[import-untyped]  # its types are not among ours

from connector.imports.einnsyn import Window, read_pages
from connector.imports.json_source import JsonSource, Limits
from tests.architecture.sources import ROOT
from tests.connector.imports.published import (
    ORGNUMBER,
    Hourglass,
    Published,
    ballot,
    case,
    decision,
    description,
    document,
    identifier,
    meeting,
    published,
    report,
)

DOCUMENT: Final = "shared/reference/decision-line/einnsyn/einnsyn.openapi.yml"
# Required by the document, and not in the answer to one who is not logged in.
ABSENT: Final = ["deleted", "referanseDokumentfil"]
ID: Final = r"^[a-z]+_[0-9abcdefghjkmnpqrstvwxyz]{26}$"

_TEXT: Final = {"type": "string"}
_ID: Final = {"type": "string", "pattern": ID}
SMALL: Final[dict[str, Any]] = {
    "Moetemappe": {
        "required": ["id", "offentligTittel", "moetenummer", "utvalg", "moetedato"],
        "properties": {"id": _ID, "utvalg": _TEXT, "moetenummer": _TEXT},
    },
    "Moetesak": {
        "required": ["id", "offentligTittel", "moetesakstype", "utvalgObjekt"],
        "properties": {
            "id": _ID,
            "moetesaksaar": {"type": "integer"},
            "moetesakssekvensnummer": {"type": "integer"},
            "moetesakstype": {"enum": ["politisk", "delegert", "orientering"]},
        },
    },
    "Vedtak": {"required": ["id", "vedtakstekst", "dato"], "properties": {"id": _ID}},
    "Votering": {
        "required": ["moetedeltaker", "stemme"],
        "properties": {"stemme": {"enum": ["Ja", "Nei", "Blankt"]}},
    },
    "Moetesaksbeskrivelse": {"required": ["tekstInnhold", "tekstFormat"]},
    "Journalpost": {"required": ["id", "journalaar", "journalposttype"]},
    "Saksmappe": {
        "required": ["saksaar", "saksnummer"],
        "properties": {"saksnummer": {"type": "string", "pattern": r"^\d{4}/\d+$"}},
    },
    "Dokumentbeskrivelse": {"required": ["tittel", "dokumentnummer"]},
    "Dokumentobjekt": {"required": ["url"]},
    "Enhet": {
        "required": ["navn", "orgnummer", "enhetstype"],
        "properties": {"orgnummer": {"type": "string", "pattern": r"^\d{9}$"}},
    },
}
ASKED: Final[dict[str, set[str]]] = {
    "/enhet": {"orgnummer"},
    "/search": {
        "entity",
        "administrativEnhet",
        "moetedatoFrom",
        "moetedatoTo",
        "sortBy",
        "sortOrder",
        "limit",
        "expand",
        "startingAfter",
    },
    "/moetemappe/{id}/moetesak": {"limit", "expand", "startingAfter"},
    "/moetesak/{id}": {"expand"},
    "/moetesak/{id}/vedtak": {"expand"},
    "/moetesaksbeskrivelse/{id}": {"expand"},
    "/vedtak/{id}/votering": {"limit", "expand", "startingAfter"},
    "/journalpost": {"limit", "expand", "externalIds", "startingAfter"},
}


@pytest.fixture(scope="module")
def conversation() -> Iterator[Published]:
    """A reading that meets every kind of object that the reader knows."""
    held = [meeting(n, f"2026-02-{n:02d}T09:00:00Z") for n in range(1, 8)]
    made = Published(meetings=held)
    key = "http://data.example/journalpost-7"
    votes = [ballot(1, "Ja", "Bygdelista"), ballot(2, "Blankt", "Rødgrønn")]
    named = decision(13) | {
        "vedtakstekst": identifier("msb", 13),
        "votering": [identifier("vot", 1)],
    }
    made.cases = [
        case(
            12,
            held[0],
            vedtak=decision(12) | {"votering": votes},
            innstilling=description(4, "A."),
            legacyReferanseTilMoetesak=key,
            dokumentbeskrivelse=[document(1)],
        ),
        case(13, held[1], vedtak=identifier("ved", 13), whole=named),
    ]
    made.reports = [report(7, saksnummer="2025/4711")]
    with published(made) as origin:
        source = JsonSource(origin, Limits(), Hourglass().clock())
        window = Window(
            orgnumber=ORGNUMBER, first=date(2026, 1, 1), last=date(2026, 3, 1)
        )
        gone = [identifier("ms", 11)]
        list(read_pages(source, window, today=date(2026, 6, 1), known=gone))
        source.close()
        yield made


def api() -> Mapping[str, Any] | None:
    """The whole document of the API, where it lies beside the checkout."""
    path = ROOT.parent / DOCUMENT
    if not path.is_file():
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: Mapping[str, Any] = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    return loaded


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from objects(item)
    if isinstance(value, dict):
        for item in value.values():
            yield from objects(item)
        if "entity" in value:
            yield value


def relaxed(value: Any) -> Any:
    """The schemas as an anonymous reader meets them."""
    if isinstance(value, list):
        return [relaxed(item) for item in value if item not in ABSENT]
    if isinstance(value, dict):
        return {key: relaxed(item) for key, item in value.items()}
    return value


def test_every_object_that_the_server_answered_fits_the_document(
    conversation: Published,
) -> None:
    document = api()
    found = list(objects([*conversation.answers]))

    assert {one["entity"] for one in found} >= {*SMALL} - {"Dokumentobjekt"}
    schemas = SMALL
    components: Any = {}
    if document:
        components = relaxed({"schemas": document["components"]["schemas"]})
        schemas = {
            kind: {"$ref": f"#/components/schemas/{kind}.{kind}"} for kind in SMALL
        }
    for one in found:
        if one["entity"] in schemas:
            schema = {**schemas[one["entity"]], "components": components}
            jsonschema.validate(one, schema)


def test_only_what_the_document_knows_was_asked_for(conversation: Published) -> None:
    document = api()
    known = parameters(document) if document else ASKED

    for asked in conversation.asked:
        first, *rest = asked.path.strip("/").split("/")
        path = "/".join(["", first, *("{id}" for _ in rest[:1]), *rest[1:]])
        assert set(asked.query) <= known[path], asked.path
        assert path in ASKED


def parameters(document: Mapping[str, Any]) -> dict[str, set[str]]:
    shared = document["components"]["parameters"]
    return {
        path: {
            (each if "name" in each else shared[each["$ref"].rpartition("/")[2]])[
                "name"
            ]
            for each in operations["get"].get("parameters", [])
        }
        for path, operations in document["paths"].items()
        if "get" in operations
    }
