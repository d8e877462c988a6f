"""What a person must be told of a file that was read, in the document's language."""

from __future__ import annotations

from dataclasses import dataclass

_TEXTS = {
    "body-and-store-differ": (
        "error",
        (
            "Teksten i dokumentet og den skjulte kopien er ulike. Teksten «{}» gjelder"
            " her; Word kan vise noe annet. Åpne filen i Word, se over, lagre på nytt."
        ),
        (
            "Teksten i dokumentet og den skjulte kopien er ulike. Teksten «{}» gjeld"
            " her; Word kan vise noko anna. Opne fila i Word, sjå over, lagre på nytt."
        ),
    ),
    "not-a-date": (
        "error",
        "«{}» er ikke en dato. Skriv for eksempel 14.03.2026.",
        "«{}» er ikkje ein dato. Skriv til dømes 14.03.2026.",
    ),
    "not-a-number": (
        "error",
        "«{}» er ikke et tall. Skriv for eksempel 9,8.",
        "«{}» er ikkje eit tal. Skriv til dømes 9,8.",
    ),
    "unknown-choice": (
        "error",
        "«{}» er ikke et av valgene i feltet. Velg fra listen.",
        "«{}» er ikkje eit av vala i feltet. Vel frå lista.",
    ),
    "verbatim-altered": (
        "error",
        (
            "Teksten «{0}» under «{1}» er endret etter at dokumentet ble laget. Den"
            " skal stå ordrett, og bare parten selv kan endre den i Samspor. Sett inn"
            " igjen teksten slik parten skrev den."
        ),
        (
            "Teksten «{0}» under «{1}» er endra etter at dokumentet vart laga. Han"
            " skal stå ordrett, og berre parten sjølv kan endre han i Samspor. Set inn"
            " att teksten slik parten skreiv han."
        ),
    ),
    "verbatim-gone": (
        "error",
        (
            "Teksten «{0}» under «{1}» er tatt ut av dokumentet. Den skal følge med"
            " ordrett, og bare parten selv kan trekke den i Samspor. Sett den inn"
            " igjen."
        ),
        (
            "Teksten «{0}» under «{1}» er teken ut av dokumentet. Han skal følgje med"
            " ordrett, og berre parten sjølv kan trekkje han i Samspor. Set han inn"
            " att."
        ),
    ),
    "missing-control": (
        "warning",
        "Feltet finnes ikke lenger i dokumentet. Hent det fra malen.",
        "Feltet finst ikkje lenger i dokumentet. Hent det frå malen.",
    ),
    "written-by-system": (
        "warning",
        "Feltet fylles ut av systemet. Endringen i Word er ikke tatt med.",
        "Feltet blir fylt ut av systemet. Endringa i Word er ikkje teken med.",
    ),
    "fixed-clause-altered": (
        "warning",
        "Teksten er avtalt og ligger fast. Endringen i Word er ikke tatt med.",
        "Teksten er avtalt og ligg fast. Endringa i Word er ikkje teken med.",
    ),
    "seals-lost": (
        "warning",
        (
            "Filen har mistet det som viser om ordrette tekster står uendret. Hold dem"
            " mot dokumentet slik det ble sendt ut."
        ),
        (
            "Fila har mista det som viser om ordrette tekstar står uendra. Hald dei mot"
            " dokumentet slik det vart sendt ut."
        ),
    ),
    "store-lost": (
        "note",
        "Den skjulte kopien av feltene var borte. Verdiene er lest fra teksten.",
        "Den skjulte kopien av felta var borte. Verdiane er lesne frå teksten.",
    ),
    "store-rebuilt": (
        "note",
        "Filen er lagret i LibreOffice. Verdiene er lest fra teksten.",
        "Fila er lagra i LibreOffice. Verdiane er lesne frå teksten.",
    ),
    "outside-link": (
        "warning",
        "Filen peker ut av seg selv: {}. Det er ikke hentet.",
        "Fila peikar ut av seg sjølv: {}. Det er ikkje henta.",
    ),
    "embedded": (
        "warning",
        "Filen har en innebygd fil fra et annet program: {}. Den er ikke åpnet.",
        "Fila har ei innebygd fil frå eit anna program: {}. Ho er ikkje opna.",
    ),
    "taken-in": (
        "warning",
        (
            "Word henter inn tekst fra en annen fil som ligger i dokumentet: {}. Den er"
            " ikke lest."
        ),
        (
            "Word hentar inn tekst frå ei anna fil som ligg i dokumentet: {}. Ho er"
            " ikkje lesen."
        ),
    ),
    "live-field": (
        "warning",
        "Filen har et felt som henter innhold utenfra: {}. Det er ikke hentet.",
        "Fila har eit felt som hentar innhald utanfrå: {}. Det er ikkje henta.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something to tell: `severity` is error, warning or note; `code` is stable."""

    code: str
    severity: str
    where: str
    message: str


def finding(
    code: str, where: str, *, language: str, told: str = "", within: str = ""
) -> Finding:
    """Return the finding with its sentence in `nb` or `nn`.

    `told` is what it is about, `within` the heading of the section, where it is said.
    """
    severity, nb, nn = _TEXTS[code]
    text = nn if language == "nn" else nb
    shortened = told if len(told) <= 80 else told[:79] + "…"
    message = text.format(shortened, within)
    return Finding(code=code, severity=severity, where=where, message=message)
