"""Set-up workbooks for tests: the template itself, filled in as a person would."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from connector.imports.setup_template import setup_template
from connector.web.texts import Say

Rows = dict[str, list[tuple[Any, ...]]]

FROM = date(2025, 1, 6)
CONTACT = "partskontakt"


def _contact(
    code: str, person: str, party: str, *, of: str, day: object = FROM, vara: str = ""
) -> tuple[Any, ...]:
    """A mandate as a party's contact who signs; blank cells are None, "" or spaces."""
    return (code, person, CONTACT, party, of, " ", "Møte 1/25", "ja", day, None, vara)


TESTVIK: Rows = {
    "Kommune": [("Testvik kommune ", 301, "Bokmål")],
    "Titler": [("rådmann", date(2001, 1, 1), "31.10.2020")],
    "Programmer": [("PRG1", "Heile stillingar", "1.1.2025", None, "Nabovik; Ytre Ås")],
    "Personer": [
        ("P01", "  Åse  Bjørkås ", "ordfører", "ase@testvik.example"),
        ("P02", "Øystein Ålvik", "kommunedirektør", None),
        ("P03", "Jærtrud Sæther", "hovedtillitsvalgt", None),
        ("P04", "Vår Nærø", "hovedtillitsvalgt", None),
        ("P05", "Liv Gjøs", "prosjektleder", None),
    ],
    "Organisasjoner": [
        ("U01", "Pleielaget", "unio"),
        ("U02", "Arbeiderne", "LO kommune"),
    ],
    "Organer": [("KST", "Kommunestyret", "Kommunestyret", "kommunestyre", "3")],
    "Grupper": [("KST", "Bygdelista", 2.0), ("KST", "Kystlista", "1")],
    "Medlemmer": [("KST", "P01", None, "leder", "Bygdelista", FROM, None)],
    "Fullmakter": [
        _contact("F04", "P04", "T", of="Arbeiderne", vara="F03"),
        _contact("F01", "P01", "Folkevalgte", of="Kommunestyret"),
        _contact("F02", "P02", " administrasjonen", of="Staben", day="06.01.2025"),
        _contact("F03", "P03", "Tillitsvalgte", of="Pleielaget", day="2025-01-06"),
        (
            "F05",
            "P05",
            "prosjektleder",
            None,
            None,
            "PR1",
            None,
            None,
            FROM,
            None,
            None,
        ),
        ("F06", "P02", "kommunedirektør", *[None] * 5, FROM, None, None),
    ],
    "Prosjekter": [
        (
            "PR1",
            2025001,
            "Hele stillinger",
            "Heltid og deltid",
            "bokmål",
            "F03",
            "PRG1",
        ),
    ],
    "Logging": [],
}
"""A small municipality, with the untidiness of a real sheet; columns by place."""

DISCUSSED = ("3. 2. 2025", "U01;U02", "Drøftingsprotokoll 3/25")


def workbook(path: Path, rows: Rows = TESTVIK, *, lang: str = "nb") -> Path:
    """Write the template with `rows`, and return the file."""
    path.write_bytes(setup_template(Say("nn" if lang == "nn" else "nb")))
    book = load_workbook(path)
    for title, lines in rows.items():
        for line, cells in enumerate(lines, start=2):
            for place, value in enumerate(cells, start=1):
                book[title].cell(row=line, column=place).value = value
    book.save(path)
    return path


def changed(cells: dict[str, Any], rows: Rows = TESTVIK) -> Rows:
    """Return the rows with cells such as «Personer!B2» changed."""
    made = {title: [list(line) for line in lines] for title, lines in rows.items()}
    for address, value in cells.items():
        title, cell = address.split("!")
        made[title][int(cell[1:]) - 2][ord(cell[0]) - ord("A")] = value
    return {title: [tuple(line) for line in lines] for title, lines in made.items()}


def added(title: str, *lines: tuple[Any, ...], rows: Rows = TESTVIK) -> Rows:
    """Return the rows with more lines on a sheet."""
    return {**rows, title: [*rows[title], *lines]}
