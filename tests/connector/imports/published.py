"""A municipality that publishes in eInnsyn: a real HTTP server on this machine.

It answers in the shapes of the API (version 1.0), with its oddities: two values in the
cursor of a search and one in that of a list, a relative address of the next page,
queries that it does not know ignored, objects that are only named until asked for.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from connector.imports.json_source import Clock

ORGNUMBER = "987654325"
TOWN = "enh_01k00000000000000000000001"
COMMITTEE = "enh_01k00000000000000000000013"

Thing = dict[str, Any]


def identifier(prefix: str, number: int) -> str:
    return f"{prefix}_{number:026d}"


def unit(key: str, name: str, kind: str) -> Thing:
    return {
        "entity": "Enhet",
        "id": key,
        "navn": name,
        "orgnummer": ORGNUMBER,
        "kontaktpunktEpost": "post@provevik.example",
        "innsynskravEpost": "innsyn@provevik.example",
        "enhetstype": kind,
    }


def meeting(number: int, moment: str, **more: Any) -> Thing:
    return {
        "entity": "Moetemappe",
        "id": identifier("mm", number),
        "journalenhet": TOWN,
        "slug": f"2026-{number}-formannskapet",
        "offentligTittel": "Møte i formannskapet",
        "offentligTittelSensitiv": "Møte i formannskapet",
        "moetenummer": str(number),
        "utvalg": "FSK",
        "utvalgObjekt": unit(COMMITTEE, "Formannskapet", "UTVALG"),
        "moetedato": moment,
    } | more


def case(number: int, at: Thing, **more: Any) -> Thing:
    return {
        "entity": "Moetesak",
        "id": identifier("ms", number),
        "systemId": f"0b0f6f0e-0000-4000-8000-{number:012d}",
        "externalId": f"http://data.example/moetesak-{number}",
        "journalenhet": TOWN,
        "slug": f"2026-{number}-heltidskultur",
        "offentligTittel": "Retningslinjer for heltidskultur",
        "offentligTittelSensitiv": "Retningslinjer for heltidskultur",
        "moetesakstype": "politisk",
        "moetesaksaar": 2026,
        "moetesakssekvensnummer": number,
        "utvalg": "FSK",
        "utvalgObjekt": COMMITTEE,
        "moetemappe": at["id"],
        "vedtak": decision(number),
    } | more


def decision(number: int, text: str = "<p>Retningslinjene vedtas.</p>") -> Thing:
    return {
        "entity": "Vedtak",
        "id": identifier("ved", number),
        "dato": "2026-03-03",
        "vedtakstekst": description(number, text),
        "votering": [],
    }


def description(number: int, text: str) -> Thing:
    return {
        "entity": "Moetesaksbeskrivelse",
        "id": identifier("msb", number),
        "tekstInnhold": text,
        "tekstFormat": "text/html",
    }


def ballot(number: int, said: str, party: str) -> Thing:
    return {
        "entity": "Votering",
        "id": identifier("vot", number),
        "moetedeltaker": identifier("md", number),
        "stemme": said,
        "representerer": {
            "entity": "Identifikator",
            "id": identifier("ide", number),
            "navn": party,
            "identifikator": party,
            "initialer": party[:2],
            "epostadresse": "gruppe@provevik.example",
        },
    }


def document(number: int, kind: str = "Vedtak") -> Thing:
    key = identifier("do", number)
    return {
        "entity": "Dokumentbeskrivelse",
        "id": identifier("db", number),
        "tittel": "Særutskrift",
        "tittelSensitiv": "Særutskrift",
        "dokumentnummer": 1,
        "dokumenttype": kind,
        "tilknyttetRegistreringSom": "hoveddokument",
        "dokumentobjekt": [
            {
                "entity": "Dokumentobjekt",
                "id": key,
                "format": "pdf",
                "url": f"https://api.einnsyn.no/dokumentobjekt/{key}/download",
            }
        ],
    }


def report(number: int, *, saksnummer: str, **more: Any) -> Thing:
    year, sequence = saksnummer.split("/")
    return {
        "entity": "Journalpost",
        "id": identifier("jp", number),
        "externalId": f"http://data.example/journalpost-{number}",
        "journalenhet": TOWN,
        "offentligTittel": "Retningslinjer for heltidskultur",
        "offentligTittelSensitiv": "Retningslinjer for heltidskultur",
        "journalaar": 2026,
        "journalsekvensnummer": number,
        "journalpostnummer": 1,
        "journalposttype": "saksframlegg",
        "journaldato": "2026-01-15",
        "saksmappe": {
            "entity": "Saksmappe",
            "id": identifier("sm", number),
            "offentligTittel": "Heltidskultur",
            "offentligTittelSensitiv": "Heltidskultur",
            "saksaar": int(year),
            "sakssekvensnummer": int(sequence),
            "saksnummer": saksnummer,
            "saksdato": "2025-11-03",
            "administrativEnhetObjekt": TOWN,
        },
    } | more


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call that the server got."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Raw:
    """An answer that is not what was asked for."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    drip_s: float = 0.0
    is_slow_to_begin: bool = False


@dataclass
class Published:
    """What the municipality has published, and the calls that were made for it."""

    meetings: list[Thing] = field(default_factory=list)
    cases: list[Thing] = field(default_factory=list)
    reports: list[Thing] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    answers: list[Thing] = field(default_factory=list)
    # Answers given before the true ones, one for each call.
    first: list[Raw] = field(default_factory=list)
    origin: str = ""
    next_origin: str = ""
    ignores_days: bool = False
    # From this call on, counted from 1, the server fails.
    breaks_at: int | None = None

    def answer(self, asked: Asked) -> Thing | None:
        """Return what the API answers, None for 404."""
        kind, *rest = asked.path.strip("/").split("/")
        routes: dict[str, Callable[[Asked, list[str]], Thing | None]] = {
            "enhet": self._units,
            "search": self._search,
            "moetemappe": self._of_meeting,
            "moetesak": self._of_case,
            "moetesaksbeskrivelse": self._text,
            "vedtak": self._votes,
            "journalpost": self._reports,
        }
        return routes[kind](asked, rest)

    def _units(self, asked: Asked, rest: list[str]) -> Thing:
        there = asked.query["orgnummer"] == [ORGNUMBER]
        return {"items": [unit(TOWN, "Prøvevik", "KOMMUNE")] if there else []}

    def _search(self, asked: Asked, rest: list[str]) -> Thing:
        first, last = (asked.query[f"moetedato{edge}"][0] for edge in ("From", "To"))
        found = [
            one
            for one in sorted(self.meetings, key=lambda one: str(one["moetedato"]))
            if self.ignores_days or first <= one["moetedato"][:10] <= last
        ]
        after = asked.query.get("startingAfter")
        if after:
            assert len(after) == 2
            keys = [one["id"] for one in found]
            found = found[keys.index(after[1]) + 1 :]
        return self._cut(asked, found, with_sort_value=True)

    def _of_meeting(self, asked: Asked, rest: list[str]) -> Thing | None:
        if len(rest) == 1:
            return _one(self.meetings, rest[0])
        cases = [one for one in self.cases if one["moetemappe"] == rest[0]]
        after = asked.query.get("startingAfter")
        if after:
            (key,) = after
            cases = cases[[one["id"] for one in cases].index(key) + 1 :]
        return self._cut(asked, cases)

    def _of_case(self, asked: Asked, rest: list[str]) -> Thing | None:
        found = _one(self.cases, rest[0])
        if found and rest[1:] == ["vedtak"]:
            whole: Thing = found["whole"]
            return whole
        return found

    def _text(self, asked: Asked, rest: list[str]) -> Thing:
        return description(int(rest[0][4:]), "<p>Hentet for seg.</p>")

    def _votes(self, asked: Asked, rest: list[str]) -> Thing:
        return {"items": [ballot(1, "Ja", "Bygdelista"), ballot(2, "Nei", "Rødgrønn")]}

    def _reports(self, asked: Asked, rest: list[str]) -> Thing:
        keys = asked.query["externalIds"][0].split(",")
        return {"items": [one for one in self.reports if one["externalId"] in keys]}

    def _cut(
        self, asked: Asked, found: list[Thing], *, with_sort_value: bool = False
    ) -> Thing:
        limit = int(asked.query["limit"][0])
        page: Thing = {"items": [_shown(one) for one in found[:limit]]}
        if len(found) > limit:
            last = found[limit - 1]
            sort_value = [str(last.get("moetedato"))] if with_sort_value else []
            query = [(key, value) for key, value in asked.query.items()]
            cursor = [*sort_value, last["id"]]
            kept = [(k, v) for k, vs in query if k != "startingAfter" for v in vs]
            following = urlencode([*kept, *(("startingAfter", one) for one in cursor)])
            page["next"] = f"{self.next_origin}{asked.path}?{following}"
        return page


def _shown(thing: Thing) -> Thing:
    return {key: value for key, value in thing.items() if key != "whole"}


def _one(things: list[Thing], key: str) -> Thing | None:
    return next((one for one in things if one["id"] == key), None)


class _Server(ThreadingHTTPServer):
    """A server that knows whose publications it serves."""

    def __init__(self, town: Published) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.town = town


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        town, parts = self.server.town, urlsplit(self.path)
        headers = dict(self.headers.items())
        query = parse_qs(parts.query)
        asked = Asked(path=parts.path, query=query, headers=headers)
        town.asked.append(asked)
        if town.breaks_at and len(town.asked) >= town.breaks_at:
            self._send(Raw(status=503))
            return
        if town.first:
            self._send(town.first.pop(0))
            return
        found = town.answer(asked)
        if found is None:
            fault = {"type": "notFound", "message": "not found"}
            self._send(Raw(body=json.dumps(fault).encode(), status=404))
            return
        town.answers.append(found)
        self._send(Raw(body=json.dumps(found).encode()))

    def _send(self, raw: Raw) -> None:
        if raw.is_slow_to_begin:
            self._drip(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 60, raw.drip_s)
            return
        self.send_response(raw.status)
        told = {"Content-Type": "application/json", **raw.headers}
        promised = len(raw.body) if raw.promised is None else raw.promised
        for name, value in {**told, "Content-Length": str(promised)}.items():
            self.send_header(name, value)
        self.end_headers()
        self._drip(raw.body, raw.drip_s)
        self.close_connection = promised != len(raw.body)

    def _drip(self, data: bytes, wait_s: float) -> None:
        for part in [data] if not wait_s else map(_byte, data):
            self.wfile.write(part)
            time.sleep(wait_s)

    def log_message(self, *told: object) -> None:
        """Keep the test's output clean."""

    def handle(self) -> None:
        # A client that hangs up is what some tests are about.
        with suppress(OSError):
            super().handle()


@contextmanager
def published(town: Published) -> Iterator[str]:
    """Serve a municipality's publications; gives the address of the server."""
    server = _Server(town)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    town.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield town.origin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _byte(value: int) -> bytes:
    return bytes([value])


class Hourglass:
    """A clock that passes only while somebody waits."""

    def __init__(self) -> None:
        self.at = 0.0
        self.waits: list[float] = []

    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds
