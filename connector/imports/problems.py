"""What can be wrong with a file of decisions, said in bokmål and nynorsk.

Each text says what is wrong, and then what to do about it. `{0}`, `{1}` are facts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

Language = Literal["nb", "nn"]

QUOTED_LENGTH = 40
WITHHELD = "…"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One text in both written standards, always on one line."""

    nb: str
    nn: str


@dataclass(frozen=True)
class Problem:
    """What is wrong: a code of `WORDINGS`, and the facts that its text mentions."""

    code: str
    facts: tuple[str, ...] = ()

    def text(self, language: Language = "nb") -> str:
        """Return one line: what is wrong and what to do."""
        wording = WORDINGS[self.code]
        chosen = wording.nn if language == "nn" else wording.nb
        return chosen.format(*self.facts)


def problem(code: str, *facts: object) -> Problem:
    """Return the problem `code` with its facts, each made one printable line."""
    return Problem(code, tuple(printable(str(fact)) for fact in facts))


def without_facts(known: Problem) -> Problem:
    """Return the problem with its facts withheld: a row exempt from disclosure."""
    return replace(known, facts=(WITHHELD,) * len(known.facts))


def printable(text: str) -> str:
    """Return the text on one line, without characters that do not print."""
    spaced = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(spaced.split())


def shortened(text: str) -> str:
    """Return at most 40 characters of a value, enough to find it in a file."""
    line = printable(text)
    return line if len(line) <= QUOTED_LENGTH else line[: QUOTED_LENGTH - 1] + "…"


WORDINGS: Final[dict[str, Wording]] = {
    "not_found": Wording(
        nb="fila finnes ikke. Sjekk navnet og mappa.",
        nn="fila finst ikkje. Sjekk namnet og mappa.",
    ),
    "not_a_file": Wording(
        nb="dette er ikke en vanlig fil. Velg én fil.",
        nn="dette er ikkje ei vanleg fil. Vel éi fil.",
    ),
    "unreadable": Wording(
        nb="fila kan ikke leses. Sjekk at du har tilgang til den.",
        nn="fila kan ikkje lesast. Sjekk at du har tilgang til henne.",
    ),
    "empty": Wording(
        nb="fila er tom. Lagre den på nytt med innhold.",
        nn="fila er tom. Lagre henne på nytt med innhald.",
    ),
    "too_big": Wording(
        nb="fila er større enn {0} MB. Del den i flere filer.",
        nn="fila er større enn {0} MB. Del henne i fleire filer.",
    ),
    "too_many_rows": Wording(
        nb="fila har flere enn {0} rader. Del den i flere filer.",
        nn="fila har fleire enn {0} rader. Del henne i fleire filer.",
    ),
    "too_many_files": Wording(
        nb="mappa har flere enn {0} filer. Del den i flere mapper.",
        nn="mappa har fleire enn {0} filer. Del henne i fleire mapper.",
    ),
    "no_json_files": Wording(
        nb="mappa har ingen filer som slutter på .json. Velg en annen mappe.",
        nn="mappa har ingen filer som sluttar på .json. Vel ei anna mappe.",
    ),
    "not_text": Wording(
        nb="fila er ikke tekst. Lagre den som CSV (UTF-8) eller som Excel (.xlsx).",
        nn="fila er ikkje tekst. Lagre henne som CSV (UTF-8) eller som Excel (.xlsx).",
    ),
    "not_minutes": Wording(
        nb="fila er verken tekst eller et Word-dokument. Lagre protokollen som .docx.",
        nn="fila er verken tekst eller eit Word-dokument. Lagre protokollen som .docx.",
    ),
    "not_json_text": Wording(
        nb="fila er ikke tekst. En melding fra Fiks er JSON i UTF-8.",
        nn="fila er ikkje tekst. Ei melding frå Fiks er JSON i UTF-8.",
    ),
    "old_excel": Wording(
        nb="fila er i gammelt Excel-format eller har passord. "
        "Lagre den som .xlsx uten passord.",
        nn="fila er i gammalt Excel-format eller har passord. "
        "Lagre henne som .xlsx utan passord.",
    ),
    "not_workbook": Wording(
        nb="fila er ikke en hel Excel-fil. Åpne den i Excel og lagre den som .xlsx.",
        nn="fila er ikkje ei heil Excel-fil. Opne henne i Excel og lagre henne "
        "som .xlsx.",
    ),
    "swollen_workbook": Wording(
        nb="fila blir for stor når den pakkes ut. Kopier radene til malen.",
        nn="fila blir for stor når ho blir pakka ut. Kopier radene til malen.",
    ),
    "missing_columns": Wording(
        nb="overskriftsraden mangler {0}. Bruk overskriftene i malen; "
        "cellene under kan stå tomme.",
        nn="overskriftsrada manglar {0}. Bruk overskriftene i malen; "
        "cellene under kan stå tomme.",
    ),
    "repeated_column": Wording(
        nb="overskriften «{0}» står to ganger. Slett den ene kolonnen.",
        nn="overskrifta «{0}» står to gonger. Slett den eine kolonnen.",
    ),
    "bad_json": Wording(
        nb="dette er ikke gyldig JSON. Hent fila på nytt fra avsenderen.",
        nn="dette er ikkje gyldig JSON. Hent fila på nytt frå avsendaren.",
    ),
    "missing": Wording(
        nb="verdien mangler. Fyll den ut.",
        nn="verdien manglar. Fyll han ut.",
    ),
    "bad_date": Wording(
        nb="«{0}» er ikke en dato. Skriv for eksempel 03.03.2026 eller 2026-03-03.",
        nn="«{0}» er ikkje ein dato. Skriv til dømes 03.03.2026 eller 2026-03-03.",
    ),
    "bad_number": Wording(
        nb="«{0}» er ikke et saksnummer. Skriv for eksempel PS 12/26 eller PS 12/2026.",
        nn="«{0}» er ikkje eit saksnummer. Skriv til dømes PS 12/26 eller PS 12/2026.",
    ),
    "number_is_date": Wording(
        nb="regnearket har gjort saksnummeret om til en dato. "
        "Skriv PS foran, for eksempel PS 12/26.",
        nn="reknearket har gjort saksnummeret om til ein dato. "
        "Skriv PS framfor, til dømes PS 12/26.",
    ),
    "bad_yes_no": Wording(
        nb="«{0}» er verken ja eller nei. Skriv ja eller nei, eller la cellen stå tom.",
        nn="«{0}» er verken ja eller nei. Skriv ja eller nei, eller la cella stå tom.",
    ),
    "bad_link": Wording(
        nb="«{0}» er ikke en nettadresse. Adressen må begynne med https:// "
        "eller http://.",
        nn="«{0}» er ikkje ei nettadresse. Adressa må byrje med https:// eller "
        "http://.",
    ),
    "no_legal_basis": Wording(
        nb="hjemmelen mangler. Skriv hvilken paragraf saken er unntatt etter, "
        "eller la cellen stå tom.",
        nn="heimelen manglar. Skriv kva paragraf saka er unnateken etter, "
        "eller la cella stå tom.",
    ),
    "stray_quote": Wording(
        nb='anførselstegnene går ikke opp. Sett tekst i " og skriv hver " inne i '
        'teksten som "".',
        nn='hermeteikna går ikkje opp. Set tekst i " og skriv kvar " inne i '
        'teksten som "".',
    ),
    "cell_count": Wording(
        nb="raden har {0} celler, men overskriftsraden har {1}. Sett tekst med "
        "skilletegn eller linjeskift i anførselstegn.",
        nn="rada har {0} celler, men overskriftsrada har {1}. Set tekst med "
        "skiljeteikn eller linjeskift i hermeteikn.",
    ),
    "control_character": Wording(
        nb="teksten har et usynlig tegn ({0}) som ikke kan lagres. Skriv teksten "
        "på nytt.",
        nn="teksten har eit usynleg teikn ({0}) som ikkje kan lagrast. Skriv teksten "
        "på nytt.",
    ),
    "too_long": Wording(
        nb="teksten er lengre enn {0} tegn. Kort den ned.",
        nn="teksten er lengre enn {0} teikn. Kort han ned.",
    ),
    "formula_without_value": Wording(
        nb="cellen har en formel uten verdi. Lim inn verdien i stedet for formelen.",
        nn="cella har ein formel utan verdi. Lim inn verdien i staden for formelen.",
    ),
    "cell_error": Wording(
        nb="cellen viser en feil i regnearket. Skriv inn verdien.",
        nn="cella viser ein feil i reknearket. Skriv inn verdien.",
    ),
    "repeated_row": Wording(
        nb="samme organ, møtedato og saksnummer står på linje {0}. "
        "Slett den ene raden.",
        nn="same organ, møtedato og saksnummer står på linje {0}. Slett den eine rada.",
    ),
    "missing_key": Wording(
        nb="verdien mangler. Be avsenderen sende meldingen på nytt med den.",
        nn="verdien manglar. Be avsendaren sende meldinga på nytt med han.",
    ),
    "wrong_type": Wording(
        nb="verdien har feil form. Be avsenderen rette meldingen.",
        nn="verdien har feil form. Be avsendaren rette meldinga.",
    ),
    "bad_count": Wording(
        nb="«{0}» er ikke et tall som kan stå i et saksnummer. Be avsenderen rette "
        "meldingen.",
        nn="«{0}» er ikkje eit tal som kan stå i eit saksnummer. Be avsendaren rette "
        "meldinga.",
    ),
    "unknown_message": Wording(
        nb="dette er ikke en melding om vedtak. Bare vedtakfrautvalg.send og "
        "einnsyn.vedtak.send blir lest.",
        nn="dette er ikkje ei melding om vedtak. Berre vedtakfrautvalg.send og "
        "einnsyn.vedtak.send blir lesne.",
    ),
    "source_unknown": Wording(
        nb="denne adressen blir ikke lest. Bruk https://api.einnsyn.no.",
        nn="denne adressa blir ikkje lesen. Bruk https://api.einnsyn.no.",
    ),
    "source_away": Wording(
        nb="ingen svarte på {0} forsøk. Det som alt er lest, er lagret. Prøv igjen "
        "senere.",
        nn="ingen svarte på {0} forsøk. Det som alt er lese, er lagra. Prøv igjen "
        "seinare.",
    ),
    "source_slow": Wording(
        nb="tiden er ute. Det som alt er lest, er lagret. Kjør kommandoen på nytt; "
        "den fortsetter der den slapp.",
        nn="tida er ute. Det som alt er lese, er lagra. Køyr kommandoen på nytt; "
        "han held fram der han slapp.",
    ),
    "source_refuses": Wording(
        nb="svaret var feil {0}. Sjekk organisasjonsnummeret og adressen.",
        nn="svaret var feil {0}. Sjekk organisasjonsnummeret og adressa.",
    ),
    "source_web_page": Wording(
        nb="svaret er en nettside og ikke data. Sjekk adressen.",
        nn="svaret er ei nettside og ikkje data. Sjekk adressa.",
    ),
    "source_elsewhere": Wording(
        nb="svaret peker til et annet nettsted, og det blir ikke lest. Meld fra til "
        "eInnsyn.",
        nn="svaret peikar til ein annan nettstad, og han blir ikkje lesen. Meld frå "
        "til eInnsyn.",
    ),
    "source_lost": Wording(
        nb="svaret sier at det er mer, men ikke hvor. Prøv igjen senere.",
        nn="svaret seier at det er meir, men ikkje kvar. Prøv igjen seinare.",
    ),
    "source_too_big": Wording(
        nb="svaret er større enn {0} MB og blir ikke lest. Velg et kortere tidsrom.",
        nn="svaret er større enn {0} MB og blir ikkje lese. Vel eit kortare tidsrom.",
    ),
    "source_other_days": Wording(
        nb="møtet {0} er utenfor tidsrommet det ble spurt om. Ingenting mer ble lest. "
        "Meld fra til eInnsyn.",
        nn="møtet {0} er utanfor tidsrommet det vart spurt om. Ikkje noko meir vart "
        "lese. Meld frå til eInnsyn.",
    ),
    "source_shape": Wording(
        nb="svaret har feil form ({0}). Meld fra til eInnsyn.",
        nn="svaret har feil form ({0}). Meld frå til eInnsyn.",
    ),
    "not_orgnumber": Wording(
        nb="«{0}» er ikke et organisasjonsnummer. Skriv de ni sifrene.",
        nn="«{0}» er ikkje eit organisasjonsnummer. Skriv dei ni siffera.",
    ),
    "not_in_einnsyn": Wording(
        nb="kommunen {0} publiserer ikke i eInnsyn. Les inn vedtakene fra tabell, "
        "meldinger eller saksprotokoll.",
        nn="kommunen {0} publiserer ikkje i eInnsyn. Les inn vedtaka frå tabell, "
        "meldingar eller saksprotokoll.",
    ),
}
