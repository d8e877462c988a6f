"""An archive package of a project, made of a real town with the real LibreOffice."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import etree

from connector.database.engine import open_database
from connector.exports.fiks_arkiv import CATALOGUE, NAMESPACE
from connector.library.archive_packages import (
    MANIFEST,
    METADATA,
    Request,
    archive_package,
)
from connector.library.delivery import deliver
from connector.library.folder import FolderLibrary
from connector.library.own_templates import OwnTemplates
from connector.library.reconciliation import Comparison, Keeper, reconciled
from tests.architecture.sources import ROOT
from tests.installations import MASTER_KEY
from tests.workflows.development.towns import Town, session_on, town_connection
from tests.workflows.trace.halls import open_case, open_hall, use
from workflows.errors import NotFoundError
from workflows.people.kinds import Role
from workflows.record.access_classes import AccessClass
from workflows.trace.access_classes import decide_access

SCHEMAS = ROOT.parent / "shared/reference/decision-line/fiks-arkiv"
NAMES = {"a": NAMESPACE, "k": CATALOGUE}
EXEMPT = "PA-PR1@1.0"


@dataclass(frozen=True)
class Made:
    """A town and the package of its project, for the archive."""

    town: Town
    request: Request
    data: bytes


@pytest.fixture(scope="module")
def made(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    """The package of PR1, whose agreement the archive has exempted."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copy(migrated_sqlite, folder / "samspor.db")
    database = open_database(
        f"sqlite:///{folder / 'samspor.db'}", master_key=MASTER_KEY
    )
    with town_connection(database, _bring) as connection, session_on(connection) as own:
        town = Town(own)
        request = Request(
            project="PR1",
            at=town.now,
            library=FolderLibrary(folder / "library"),
            templates=OwnTemplates(folder / "templates"),
            for_archive=True,
        )
        yield Made(town, request, archive_package(own, request))
    database.close()


def _bring(town: Town) -> None:
    town.running_project()
    town.handed_over_output()
    open_hall(town)
    open_case(town)
    use(town)
    archive = town.settle("P-arkiv", Role.RECORDS_MANAGER)
    town.do(
        decide_access,
        by=archive,
        about="PA-PR1",
        access=AccessClass.EXEMPT,
        basis="exemption_negotiation",
        reason="Forhandlingsposisjonen må vernes.",
        wider_access="Vurdert.",
    )


def test_each_text_is_in_the_package_as_word_and_as_pdf(made: Made) -> None:
    names = zipfile.ZipFile(io.BytesIO(made.data)).namelist()

    kinds = [name.rpartition(".")[2] for name in names if name.startswith("dokumenter")]
    assert names[:2] == [METADATA, MANIFEST]
    assert sorted(kinds) == ["docx"] * 4 + ["pdf"] * 4
    assert [name for name in names if name.endswith("o-1_nb_1.0.pdf")]
    assert len(set(names)) == len(names)


def test_the_manifest_and_the_metadata_have_the_checksum_of_each_file(
    made: Made,
) -> None:
    package = zipfile.ZipFile(io.BytesIO(made.data))
    lines = package.read(MANIFEST).decode().splitlines()
    told = {line[66:]: line[:64] for line in lines}
    objects = _metadata(made.data).iterfind(".//a:dokumentobjekt", NAMES)
    paths = {
        _text(one, "a:referanseDokumentfil"): _text(one, "a:sjekksum")
        for one in objects
    }

    real = {
        name: sha256(package.read(name)).hexdigest()
        for name in package.namelist()
        if name != MANIFEST
    }
    assert told == real
    assert paths == {name: real[name] for name in real if name != METADATA}


def test_the_same_record_gives_the_same_package(made: Made) -> None:
    again = archive_package(made.town.session, made.request)

    assert again == made.data


def test_the_metadata_tells_where_a_text_comes_from_and_where_it_went(
    made: Made,
) -> None:
    mandate = _registration(made.data, "PR1-M@1.0")
    output = _registration(made.data, "O-1@1.0")

    assert _text(mandate, "a:merknad/a:merknadstekst").startswith("R-")
    assert _text(output, "a:kryssreferanse/a:kryssreferanseID") == "C01"
    assert output.find("a:skjerming", NAMES) is None
    assert len(output.findall("a:dokumentbeskrivelse", NAMES)) == 2


def test_an_exempt_text_carries_its_legal_basis(made: Made) -> None:
    agreement = _registration(made.data, EXEMPT)

    basis = _text(agreement, "a:skjerming/a:skjermingshjemmel")
    assert basis == "offentleglova § 23"
    assert len(agreement.findall(".//a:dokumentobjekt", NAMES)) == 2


def test_what_is_exempt_is_in_no_package_but_the_archives(made: Made) -> None:
    data = archive_package(made.town.session, replace(made.request, for_archive=False))

    agreement = _registration(data, EXEMPT)
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert agreement.findall(".//a:dokumentobjekt", NAMES) == []
    assert _text(agreement, "a:tittel") == f"{EXEMPT}: Unntatt offentlighet"
    assert not [name for name in names if "pa-pr1" in name]


def test_a_package_of_a_project_that_is_not_there_is_refused(made: Made) -> None:
    with pytest.raises(NotFoundError, match="PR9"):
        archive_package(made.town.session, replace(made.request, project="PR9"))


def test_the_metadata_is_what_the_schema_of_fiks_arkiv_asks_for(made: Made) -> None:
    """Held against the schema where it is at hand, and against its order everywhere."""
    metadata = _metadata(made.data)

    if SCHEMAS.exists():
        assert _faults(metadata) == []
    folder = metadata.find("a:arkivdel/a:mappe", NAMES)
    assert folder is not None
    assert [etree.QName(part).localname for part in folder][:5] == [
        *("systemID", "mappeID", "tittel", "opprettetDato", "opprettetAv"),
    ]
    keys = [_text(one, "a:systemID") for one in metadata.iter(f"{{{NAMESPACE}}}*")]
    assert len(found := [key for key in keys if key]) == len(set(found))


def _faults(metadata: etree._Element) -> list[str]:
    """The one schema names the other by a file that lies beside it elsewhere."""
    beside = (SCHEMAS / "metadatakatalog-v1.xsd").as_uri()
    text = (SCHEMAS / "arkivstruktur-v1.xsd").read_bytes()
    text = text.replace(b"metadatakatalog.xsd", beside.encode())
    schema = etree.XMLSchema(etree.fromstring(text))
    schema.validate(metadata)
    return [str(fault) for fault in schema.error_log]


def _metadata(data: bytes) -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(METADATA))


def _registration(data: bytes, ref: str) -> etree._Element:
    path = f".//a:registrering[a:registreringsID='{ref}']"
    found = _metadata(data).find(path, NAMES)
    assert found is not None, ref
    return found


def _text(place: etree._Element, path: str) -> str:
    return place.findtext(path, "", NAMES)


def test_copies_that_differ_are_told_with_both_checksums_and_which_one_holds(
    made: Made, tmp_path: Path
) -> None:
    library = FolderLibrary(tmp_path)
    library.keep_package("PR1", made.data)
    session = made.town.session
    deliver(session, library, at=made.request.at, progress=lambda _: None)
    alike = {row.version: row for row in reconciled(session, library)}
    row = alike[EXEMPT]
    worked_in = library.get(row.name) + b" "
    library.put(row.name, worked_in)

    after = {found.version: found for found in reconciled(session, library)}

    assert {found.comparison for found in alike.values()} == {Comparison.SAME}
    assert after[EXEMPT].comparison is Comparison.DIFFERS
    assert after[EXEMPT].keeper is Keeper.ARCHIVE
    assert after[EXEMPT].kept_sha256 == row.kept_sha256 == row.library_sha256
    assert after[EXEMPT].library_sha256 == sha256(worked_in).hexdigest()
    assert [key for key in after if after[key] != alike[key]] == [EXEMPT]
