"""What the import log says to people, in bokmål and nynorsk."""

from __future__ import annotations

from typing import Final

from connector.imports.problems import Language, Wording

WHAT: Final[dict[str, Wording]] = {
    "added": Wording(nb="lagt til", nn="lagd til"),
    "linked": Wording(nb="koblet", nn="kopla"),
    "changed": Wording(nb="endret", nn="endra"),
    "new_version": Wording(nb="ny versjon", nn="ny versjon"),
    "unchanged": Wording(nb="uendret", nn="uendra"),
    "gone": Wording(nb="borte", nn="borte"),
    "refused": Wording(nb="avvist", nn="avvist"),
}

FIELDS: Final[dict[str, Wording]] = {
    "archive_number": Wording(nb="arkivsaksnummer", nn="arkivsaksnummer"),
    "body_code": Wording(nb="koden til organet", nn="koden til organet"),
    "body_id": Wording(nb="nøkkelen til organet", nn="nøkkelen til organet"),
    "body_name": Wording(nb="organ", nn="organ"),
    "decided_on": Wording(nb="vedtaksdato", nn="vedtaksdato"),
    "decision_text": Wording(nb="vedtakstekst", nn="vedtakstekst"),
    "external_key": Wording(nb="ekstern nøkkel", nn="ekstern nøkkel"),
    "external_system": Wording(nb="eksternt system", nn="eksternt system"),
    "is_final": Wording(nb="endelig", nn="endeleg"),
    "is_published": Wording(nb="publisert", nn="publisert"),
    "is_restricted": Wording(nb="unntatt offentlighet", nn="unnateke offentlegheit"),
    "legal_basis": Wording(nb="hjemmel", nn="heimel"),
    "link": Wording(nb="lenke", nn="lenkje"),
    "meeting_day": Wording(nb="møtedato", nn="møtedato"),
    "meeting_id": Wording(nb="nøkkelen til møtet", nn="nøkkelen til møtet"),
    "number_seq": Wording(nb="løpenummer", nn="løpenummer"),
    "number_type": Wording(nb="type saksnummer", nn="type saksnummer"),
    "number_year": Wording(nb="saksår", nn="saksår"),
    "outcome": Wording(nb="utfall", nn="utfall"),
    "outcome_raw": Wording(nb="ordene for utfallet", nn="orda for utfallet"),
    "proposals": Wording(nb="forslag", nn="framlegg"),
    "replaced_by": Wording(nb="erstattet av", nn="erstatta av"),
    "replaces": Wording(nb="erstatter", nn="erstattar"),
    "result": Wording(nb="resultat", nn="resultat"),
    "source_keys": Wording(nb="nøkler hos kilden", nn="nøklar hos kjelda"),
    "title": Wording(nb="tittel", nn="tittel"),
    "treated_on": Wording(nb="behandlingsdato", nn="behandlingsdato"),
    "votes": Wording(nb="stemmer", nn="røyster"),
}

FINDINGS: Final[dict[str, Wording]] = {
    "new_case": Wording(nb="ny sak er registrert.", nn="ny sak er registrert."),
    "outcome_unknown": Wording(
        nb="utfallet er ukjent. Les protokollen før du bekrefter.",
        nn="utfallet er ukjent. Les protokollen før du stadfestar.",
    ),
    "finality_unknown": Wording(
        nb="fila sier ikke om vedtaket er endelig. Det er ført som innstilling.",
        nn="fila seier ikkje om vedtaket er endeleg. Det er ført som innstilling.",
    ),
    "finality_of_body": Wording(
        nb="fila sier ikke om vedtaket er endelig. Det er ført som endelig, fordi "
        "organet er det siste i saken.",
        nn="fila seier ikkje om vedtaket er endeleg. Det er ført som endeleg, fordi "
        "organet er det siste i saka.",
    ),
    "final_flag_ignored": Wording(
        nb="fila sier at vedtaket er endelig, men utfallet avgjør ikke saken. "
        "Sjekk protokollen.",
        nn="fila seier at vedtaket er endeleg, men utfallet avgjer ikkje saka. "
        "Sjekk protokollen.",
    ),
    "votes_unread": Wording(
        nb="noen stemmer kunne ikke leses. Sjekk protokollen.",
        nn="nokre røyster kunne ikkje lesast. Sjekk protokollen.",
    ),
    "case_is_open": Wording(
        nb="behandlingen er unntatt offentlighet, men saken er registrert som åpen. "
        "Vurder om saken skal skjermes.",
        nn="behandlinga er unnateken offentlegheit, men saka er registrert som open. "
        "Vurder om saka skal skjermast.",
    ),
    "differs_from_registered": Wording(
        nb="fila sier noe annet enn det som er registrert. Det registrerte står. "
        "Sjekk protokollen.",
        nn="fila seier noko anna enn det som er registrert. Det registrerte står. "
        "Sjekk protokollen.",
    ),
    "only_logged": Wording(
        nb="endringen står i loggen, men behandlingen er ikke endret. "
        "Sjekk protokollen.",
        nn="endringa står i loggen, men behandlinga er ikkje endra. Sjekk protokollen.",
    ),
    "decision_in_document": Wording(
        nb="vedtaksteksten finnes bare i et dokument. Les inn saksprotokollen.",
        nn="vedtaksteksten finst berre i eit dokument. Les inn saksprotokollen.",
    ),
    "no_case_link": Wording(
        nb="kilden sier ikke hvilken arkivsak dette er. Sjekk at saken er rett.",
        nn="kjelda seier ikkje kva arkivsak dette er. Sjekk at saka er rett.",
    ),
    "replacement_one_sided": Wording(
        nb="bare det ene av to vedtak sier at det ene erstatter det andre. "
        "Sjekk protokollene.",
        nn="berre det eine av to vedtak seier at det eine erstattar det andre. "
        "Sjekk protokollane.",
    ),
    "replacement_unknown": Wording(
        nb="vedtaket som erstatter eller blir erstattet, er ikke registrert.",
        nn="vedtaket som erstattar eller blir erstatta, er ikkje registrert.",
    ),
    "older_version": Wording(
        nb="denne versjonen er lest før, og en nyere versjon gjelder.",
        nn="denne versjonen er lesen før, og ein nyare versjon gjeld.",
    ),
}

PROBLEMS: Final[dict[str, Wording]] = {
    "unknown_body": Wording(
        nb="ukjent organ «{0}». Registrer organet først, og les inn fila på nytt.",
        nn="ukjent organ «{0}». Registrer organet først, og les inn fila på nytt.",
    ),
    "ambiguous_body": Wording(
        nb="«{0}» passer på flere organer: {1}. Skriv koden til ett av dem.",
        nn="«{0}» passar på fleire organ: {1}. Skriv koden til eitt av dei.",
    ),
    "unknown_number_type": Wording(
        nb="saksnummeret har en ukjent type, «{0}». Kjente typer er {1}.",
        nn="saksnummeret har ein ukjend type, «{0}». Kjende typar er {1}.",
    ),
    "no_day": Wording(
        nb="møtedatoen mangler. Be avsenderen sende meldingen på nytt med den.",
        nn="møtedatoen manglar. Be avsendaren sende meldinga på nytt med han.",
    ),
    "day_to_come": Wording(
        nb="{0} er ikke kommet ennå. Sjekk datoen.",
        nn="{0} er ikkje komen enno. Sjekk datoen.",
    ),
    "bad_archive_number": Wording(
        nb="arkivsaksnummeret «{0}» er ikke år og nummer. "
        "Skriv for eksempel 2025/1190.",
        nn="arkivsaksnummeret «{0}» er ikkje år og nummer. Skriv til dømes 2025/1190.",
    ),
    "several_cases": Wording(
        nb="flere saker har arkivsaksnummer {0}: {1}. Registrer behandlingen på rett "
        "sak for hånd.",
        nn="fleire saker har arkivsaksnummer {0}: {1}. Registrer behandlinga på rett "
        "sak for hand.",
    ),
    "unknown_exemption": Wording(
        nb="saken er unntatt offentlighet, men hjemmelen er ikke kjent. "
        "Skriv «offl. §» og en av paragrafene {0}.",
        nn="saka er unnateken offentlegheit, men heimelen er ikkje kjend. Skriv "
        "«offl. §» og ein av paragrafane {0}.",
    ),
    "internal_document": Wording(
        nb="saker til folkevalgte organer kan ikke være unntatt etter offentleglova "
        "§ 14. Rett hjemmelen.",
        nn="saker til folkevalde organ kan ikkje vere unnatekne etter offentleglova "
        "§ 14. Rett heimelen.",
    ),
    "other_body": Wording(
        nb="raden gjelder {0}, men {1} ble lest inn for et annet organ. Sjekk fila.",
        nn="rada gjeld {0}, men {1} vart lesen inn for eit anna organ. Sjekk fila.",
    ),
    "rule": Wording(
        nb="raden bryter en regel: {0}.",
        nn="rada bryt ein regel: {0}.",
    ),
}

TEXTS: Final[dict[str, Wording]] = {
    "yes": Wording(nb="ja", nn="ja"),
    "no": Wording(nb="nei", nn="nei"),
    "nothing": Wording(nb="ingenting", nn="ingenting"),
    "gone": Wording(
        nb="Kilden publiserer ikke dette lenger. Det vi har, står.",
        nn="Kjelda publiserer ikkje dette lenger. Det vi har, står.",
    ),
    "undecided": Wording(
        nb="{0} saker har ikke vedtak ennå.", nn="{0} saker har ikkje vedtak enno."
    ),
    "total": Wording(nb="I alt", nn="I alt"),
    "trial": Wording(nb="Prøve: ingenting er lagret.", nn="Prøve: ingenting er lagra."),
}


def worded(
    words: dict[str, Wording], code: str, language: Language, *facts: str
) -> str:
    """Return the text of a code with its facts put in."""
    wording = words[code]
    return (wording.nn if language == "nn" else wording.nb).format(*facts)
