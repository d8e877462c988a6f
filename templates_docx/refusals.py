"""Why a file was not opened and what to do about it, in bokmål and nynorsk."""

from __future__ import annotations

from templates_docx.errors import RefusedFileError

_SAVE_NB = "Åpne dokumentet i Word og lagre det på nytt som .docx."
_SAVE_NN = "Opne dokumentet i Word og lagre det på nytt som .docx."
_DAMAGED = (
    f"Filen er skadet. {_SAVE_NB}",
    f"Fila er skadd. {_SAVE_NN}",
)
_UNSAFE = (
    (
        "Filen er bygd på en måte som kan skade mottakeren, og ble ikke åpnet."
        " Be avsenderen lage dokumentet på nytt i Word."
    ),
    (
        "Fila er bygd på ein måte som kan skade mottakaren, og vart ikkje opna."
        " Be avsendaren lage dokumentet på nytt i Word."
    ),
)
_ENORMOUS = (
    (
        "Filen er liten, men blir svært stor når den pakkes ut, og ble ikke åpnet."
        " Be avsenderen lage dokumentet på nytt i Word."
    ),
    (
        "Fila er lita, men blir svært stor når ho blir pakka ut, og vart ikkje opna."
        " Be avsendaren lage dokumentet på nytt i Word."
    ),
)
TEXTS = {
    "not-zip": (
        f"Filen er ikke et Word-dokument (.docx), eller den er avkortet. {_SAVE_NB}",
        f"Fila er ikkje eit Word-dokument (.docx), eller ho er avkorta. {_SAVE_NN}",
    ),
    "not-word": (
        f"Filen er ikke et Word-dokument (.docx). {_SAVE_NB}",
        f"Fila er ikkje eit Word-dokument (.docx). {_SAVE_NN}",
    ),
    "cfb": (
        (
            "Filen er beskyttet med passord eller lagret som gammel .doc."
            " Fjern passordet i Word, og lagre dokumentet som .docx."
        ),
        (
            "Fila er verna med passord eller lagra som gammal .doc."
            " Fjern passordet i Word, og lagre dokumentet som .docx."
        ),
    ),
    "encrypted": (
        "Filen er beskyttet med passord. Fjern passordet og lagre dokumentet på nytt.",
        "Fila er verna med passord. Fjern passordet og lagre dokumentet på nytt.",
    ),
    "macros": (
        (
            "Filen inneholder makroer, altså små programmer."
            " Lagre dokumentet som .docx, uten makroer."
        ),
        (
            "Fila inneheld makroar, altså små program."
            " Lagre dokumentet som .docx, utan makroar."
        ),
    ),
    "too-large": (
        "Filen er større enn 25 MB. Gjør bildene mindre, eller del dokumentet.",
        "Fila er større enn 25 MB. Gjer bileta mindre, eller del dokumentet.",
    ),
    "too-large-part": (
        "En del av filen er større enn 32 MB når den er pakket ut. Del dokumentet.",
        "Ein del av fila er større enn 32 MB når han er pakka ut. Del dokumentet.",
    ),
    "too-large-inflated": _ENORMOUS,
    "zip-bomb": _ENORMOUS,
    "too-many-members": (
        (
            "Filen består av for mange deler. Vanlige dokumenter har under 300; her er"
            " grensen 1000. Del dokumentet."
        ),
        (
            "Fila er sett saman av for mange delar. Vanlege dokument har under 300; her"
            " er grensa 1000. Del dokumentet."
        ),
    ),
    "too-many-controls": (
        "Dokumentet har mer enn 20 000 innholdskontroller. Del dokumentet.",
        "Dokumentet har meir enn 20 000 innhaldskontrollar. Del dokumentet.",
    ),
    "too-long-text": (
        "Dokumentet har en tekst på over 100 000 tegn uten avsnitt. Del den opp.",
        "Dokumentet har ein tekst på over 100 000 teikn utan avsnitt. Del han opp.",
    ),
    "too-long-attribute": _UNSAFE,
    "too-complex": _UNSAFE,
    "too-costly": (
        (
            "Det tok for lang tid eller for mye minne å lese filen. Del dokumentet,"
            " eller be avsenderen lage det på nytt i Word."
        ),
        (
            "Det tok for lang tid eller for mykje minne å lese fila. Del dokumentet,"
            " eller be avsendaren lage det på nytt i Word."
        ),
    ),
    "bad-name": _UNSAFE,
    "duplicate-name": _UNSAFE,
    "two-names": _UNSAFE,
    "overlap": _UNSAFE,
    "doctype": _UNSAFE,
    "encoding": _UNSAFE,
    "strict": (
        (
            "Filen er lagret som «Strengt Open XML-dokument»."
            " Lagre den i Word som vanlig Word-dokument (.docx)."
        ),
        (
            "Fila er lagra som «Strengt Open XML-dokument»."
            " Lagre ho i Word som vanleg Word-dokument (.docx)."
        ),
    ),
    "zip-method": (
        f"Filen er pakket på en måte som Word ikke bruker. {_SAVE_NB}",
        f"Fila er pakka på ein måte som Word ikkje bruker. {_SAVE_NN}",
    ),
    "zip-kind": (
        f"Filen er pakket på en måte som Word ikke bruker. {_SAVE_NB}",
        f"Fila er pakka på ein måte som Word ikkje bruker. {_SAVE_NN}",
    ),
    "wrong-size": _DAMAGED,
    "damaged": _DAMAGED,
    "missing-part": _DAMAGED,
    "ill-formed": _DAMAGED,
}


def worded(refusal: RefusedFileError, *, language: str) -> str:
    """Return why the file was refused and what to do, in `nb` or `nn`.

    The place in the file and the stable code follow, for whoever must look into it.
    """
    text = TEXTS[refusal.code][language == "nn"]
    place = f"{refusal.told[:80]}: " if refusal.told else ""
    return f"{text} ({place}{refusal.code})"
