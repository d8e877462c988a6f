"""Metadata for an archive in the vocabulary of Fiks arkiv (Noark 5), as XML.

One folder (mappe) a package, one registration a text, one document description a Word
file with what belongs to it, one document object a file. The same values give the same
bytes. Source: Noark 5 version 5.5; KS, Fiks arkiv, «arkivstruktur» version 1.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from lxml import etree

from workflows.clock import oslo

NAMESPACE = (
    "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/arkivstruktur/v1"
)
CATALOGUE = (
    "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/metadatakatalog/v1"
)
SYSTEM = "Samspor"
EXEMPT = "Unntatt offentlighet"
ALGORITHM = "SHA-256"
_PREFIXES = {None: NAMESPACE, "n5mdk": CATALOGUE}
_CLOSED = "Avsluttet periode"
_FINISHED = "Dokumentet er ferdigstilt"
# Code, description; the two of Noark 5 M700 and M217 that are used here.
PRODUCTION, ARCHIVE_FORMAT = ("P", "Produksjonsformat"), ("A", "Arkivformat")
MAIN, ATTACHMENT = ("H", "Hoveddokument"), ("V", "Vedlegg")


@dataclass(frozen=True, kw_only=True)
class ArchiveFile:
    """A file (dokumentobjekt) as it lies in the package, at `path`."""

    path: str
    data: bytes = field(repr=False)
    variant: tuple[str, str]
    form: str
    mime: str

    @property
    def checksum(self) -> str:
        """The SHA-256 of the content, hexadecimal."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Description:
    """A document description (dokumentbeskrivelse): one document in its formats."""

    ref: str
    kind: str
    title: str
    files: Sequence[ArchiveFile]


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note (merknad): what happened to a text, when."""

    ref: str
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseLink:
    """A cross reference (kryssreferanse) to a case; `number` as «2025/1190»."""

    ref: str
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A registration (registrering): a text, what shields it, and where it is used.

    `shielded_by` is the legal basis, empty for what is open.
    """

    ref: str
    title: str
    created_at: datetime
    archived_at: datetime
    shielded_by: str = ""
    descriptions: Sequence[Description] = ()
    notes: Sequence[Note] = ()
    cases: Sequence[CaseLink] = ()


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder (mappe): a project with its registrations, by whom and until when."""

    creator: str
    creator_id: str
    ref: str
    archive_case: str
    title: str
    created_at: datetime
    closed_at: datetime
    registrations: Sequence[Registration]


def archive_xml(folder: Folder) -> bytes:
    """Return the metadata of a package as UTF-8 XML."""
    return _Writer(folder).written()


@dataclass(frozen=True)
class _Writer:
    """Writes elements in the order of the schema, which has one for each type."""

    folder: Folder

    def written(self) -> bytes:
        root = etree.Element(f"{{{NAMESPACE}}}arkiv", nsmap=_PREFIXES)
        self._part_of_archive(root, "arkiv")
        creator = _in(root, "arkivskaper")
        _texts(creator, arkivskaperID=self.folder.creator_id)
        _texts(creator, arkivskaperNavn=self.folder.creator)
        self._mappe(self._part_of_archive(_in(root, "arkivdel"), "arkivdel"))
        etree.indent(root)
        found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        return found

    def _part_of_archive(self, place: etree._Element, kind: str) -> etree._Element:
        self._identify(place, kind, self.folder.ref)
        _texts(place, tittel=f"{SYSTEM}, {self.folder.creator}")
        if kind == "arkivdel":
            _code(place, "arkivdelstatus", _CLOSED)
        self._created(place, self.folder.created_at)
        _texts(place, avsluttetDato=_time(self.folder.closed_at))
        _texts(place, avsluttetAv=self.folder.creator)
        return place

    def _mappe(self, part: etree._Element) -> None:
        place = _in(part, "mappe")
        self._identify(place, "mappe", self.folder.ref)
        _texts(place, mappeID=self.folder.archive_case or self.folder.ref)
        _texts(place, tittel=self.folder.title)
        self._created(place, self.folder.created_at)
        _key(place, self.folder.ref)
        for one in self.folder.registrations:
            self._registration(_in(place, "registrering"), one)

    def _registration(self, place: etree._Element, one: Registration) -> None:
        self._identify(place, "registrering", one.ref)
        self._created(place, one.created_at)
        _texts(place, arkivertDato=_time(one.archived_at))
        _texts(place, arkivertAv=self.folder.creator)
        _shielding(place, one.shielded_by)
        for number, description in enumerate(one.descriptions, start=1):
            self._description(place, one, description, number)
        _texts(place, registreringsID=one.ref, tittel=one.title)
        if one.shielded_by:
            _texts(place, offentligTittel=f"{one.ref}: {EXEMPT}")
        for note in one.notes:
            _note(_in(place, "merknad"), note)
        for case in one.cases:
            _case(_in(place, "kryssreferanse"), case)
        _key(place, one.ref)

    def _description(
        self,
        above: etree._Element,
        one: Registration,
        description: Description,
        number: int,
    ) -> None:
        place = _in(above, "dokumentbeskrivelse")
        self._identify(place, "dokumentbeskrivelse", description.ref)
        _code(place, "dokumenttype", description.kind)
        _code(place, "dokumentstatus", _FINISHED)
        _texts(place, tittel=description.title)
        self._created(place, one.created_at)
        _code(
            place, "tilknyttetRegistreringSom", *(MAIN if number == 1 else ATTACHMENT)
        )
        _texts(place, dokumentnummer=str(number), tilknyttetDato=_time(one.archived_at))
        _texts(place, tilknyttetAv=self.folder.creator)
        _shielding(place, one.shielded_by)
        for file in description.files:
            self._object(_in(place, "dokumentobjekt"), file, one)

    def _object(
        self, place: etree._Element, file: ArchiveFile, one: Registration
    ) -> None:
        self._identify(place, "dokumentobjekt", file.path)
        _texts(place, versjonsnummer="1")
        _code(place, "variantformat", *file.variant)
        _texts(place, filnavn=file.path.rpartition("/")[2])
        _code(place, "format", file.form)
        _texts(place, mimeType=file.mime)
        self._created(place, one.created_at)
        _texts(place, referanseDokumentfil=file.path, sjekksum=file.checksum)
        _texts(place, sjekksumAlgoritme=ALGORITHM, filstoerrelse=str(len(file.data)))

    def _identify(self, place: etree._Element, kind: str, ref: str) -> None:
        """The same thing has the same identifier in every package."""
        name = f"{SYSTEM}:{self.folder.creator_id}:{kind}:{ref}"
        _texts(place, systemID=str(uuid.uuid5(uuid.NAMESPACE_URL, name)))

    def _created(self, place: etree._Element, at: datetime) -> None:
        _texts(place, opprettetDato=_time(at), opprettetAv=self.folder.creator)


def _shielding(place: etree._Element, basis: str) -> None:
    if basis:
        shield = _in(place, "skjerming")
        _code(shield, "tilgangsrestriksjon", EXEMPT)
        _texts(shield, skjermingshjemmel=basis)


def _note(place: etree._Element, note: Note) -> None:
    _texts(place, merknadID=note.ref, merknadstekst=note.text)
    _code(place, "merknadstype", note.kind)
    _texts(place, merknadsdato=_time(note.at))


def _case(place: etree._Element, case: CaseLink) -> None:
    _texts(place, kryssreferanseID=case.ref)
    to = _in(place, "referanseTilMappe")
    if case.number:
        year, _, number = case.number.partition("/")
        place = _in(to, "saksnummer", CATALOGUE)
        _of_catalogue(place, saksaar=year, sakssekvensnummer=number)
    key = _in(to, "referanseEksternNoekkel", CATALOGUE)
    _of_catalogue(key, fagsystem=SYSTEM, noekkel=case.ref)


def _key(place: etree._Element, ref: str) -> None:
    key = _in(place, "referanseEksternNoekkel")
    _of_catalogue(key, fagsystem=SYSTEM, noekkel=ref)


def _code(place: etree._Element, name: str, code: str, told: str = "") -> None:
    """A code and what it means; types of the catalogue have parts of its namespace."""
    _of_catalogue(_in(place, name), kode=code, beskrivelse=told or code)


def _of_catalogue(place: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        _in(place, name, CATALOGUE).text = text


def _texts(place: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        _in(place, name).text = text


def _in(place: etree._Element, name: str, namespace: str = NAMESPACE) -> etree._Element:
    return etree.SubElement(place, f"{{{namespace}}}{name}")


def _time(at: datetime) -> str:
    """Return an instant by the Norwegian clock, with its distance to UTC."""
    return oslo(at).isoformat(timespec="seconds")


def checksums(files: Sequence[ArchiveFile]) -> Iterator[str]:
    """Yield a line a file as `sha256sum --check` reads them."""
    for file in files:
        yield f"{file.checksum}  {file.path}"
