"""The words of the pictures and their tables, in bokmål (nb) and nynorsk (nn).

Kinds and relations are keyed by the codes of `workflows.trace.links`; the states are in
`connector.pictures.states`. A missing word is a `KeyError`, never an empty place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

Language = Literal["nb", "nn"]

LANGUAGES: tuple[Language, ...] = ("nb", "nn")


@dataclass(frozen=True)
class Words:
    """The same words in both written forms of Norwegian."""

    nb: str
    nn: str

    def of(self, language: Language) -> str:
        """Return the words in `language`; an unknown language is a `KeyError`."""
        return {"nb": self.nb, "nn": self.nn}[language]


@dataclass(frozen=True)
class KindWords:
    """One and many of a kind."""

    one: Words
    many: Words


def _same(text: str) -> Words:
    return Words(text, text)


def _kind(nb: str, nn: str) -> KindWords:
    (nb_one, nb_many), (nn_one, nn_many) = nb.split("/"), nn.split("/")
    return KindWords(Words(nb_one, nn_one), Words(nb_many, nn_many))


KIND_WORDS: Mapping[str, KindWords] = MappingProxyType(
    {
        "project": _kind("prosjekt/prosjekter", "prosjekt/prosjekt"),
        "mandate": _kind(
            "prosjektmandat/prosjektmandater", "prosjektmandat/prosjektmandat"
        ),
        "agreement": _kind("partsavtale/partsavtaler", "partsavtale/partsavtalar"),
        "remark": _kind("merknad/merknader", "merknad/merknader"),
        "round": _kind("partsrunde/partsrunder", "partsrunde/partsrundar"),
        "hearing_remark": _kind(
            "høringsmerknad/høringsmerknader", "høyringsmerknad/høyringsmerknader"
        ),
        "hearing": _kind("høring/høringer", "høyring/høyringar"),
        "forum": _kind("forummøte/forummøter", "forummøte/forummøte"),
        "output": _kind("leveranse/leveranser", "leveranse/leveransar"),
        "handover": _kind("overlevering/overleveringer", "overlevering/overleveringar"),
        "case": _kind("sak/saker", "sak/saker"),
        "treatment": _kind("behandling/behandlinger", "handsaming/handsamingar"),
        "decision_item": _kind(
            "vedtakspunkt/vedtakspunkter", "vedtakspunkt/vedtakspunkt"
        ),
        "outcome": _kind("utfall/utfall", "utfall/utfall"),
        "followup": _kind("oppfølging/oppfølginger", "oppfølging/oppfølgingar"),
        "comment": _kind(
            "kommentar fra part/kommentarer fra parter",
            "kommentar frå part/kommentarar frå partar",
        ),
        "report": _kind("rapport/rapporter", "rapport/rapportar"),
    }
)

RELATION_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "set_out_in": Words("er nedfelt i", "er nedfelt i"),
        "delivers": Words("leverer", "leverer"),
        "remarked_in": Words("er gitt i", "er gjeven i"),
        "answered": Words("ga svar på", "gav svar på"),
        "minuted": Words("førte standpunkt til", "førte standpunkt til"),
        "handed_over": Words("er overlevert med", "er overlevert med"),
        "used_in": Words("er brukt i", "er brukt i"),
        "treated_in": Words("er behandlet i", "er handsama i"),
        "decided": Words("vedtok", "vedtok"),
        "outcome": Words("fikk utfallet", "fekk utfallet"),
        "led_to": Words("førte til", "førte til"),
        "followed_up": Words("følges opp med", "blir følgd opp med"),
        "noted_in": Words("er lagt fram i", "er lagd fram i"),
        "commented": Words("er kommentert med", "er kommentert med"),
        "reported_in": Words("er rapportert i", "er rapportert i"),
        "supersedes": Words("erstatter", "erstattar"),
    }
)

LINE_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "development": _same("Utviklingslinja"),
        "decision": Words("Beslutningslinja", "Avgjerdslinja"),
    }
)

# The headings of columns that hold things of several kinds; keys as `sheets.COLUMN`.
MIXED_COLUMN_WORDS: Mapping[int, Words] = MappingProxyType(
    {
        0: Words("Prosjekt og merknader", "Prosjekt og merknader"),
        1: Words("Partenes arbeid", "Arbeidet til partane"),
        4: Words("Saker og kommentarer", "Saker og kommentarar"),
    }
)

PHRASES: Mapping[str, Words] = MappingProxyType(
    {
        "and": _same("og"),
        "to": _same("til"),
        "trace_of": Words("Sporet for", "Sporet for"),
        "nothing": Words("Ikke noe i dette sporet", "Ikkje noko i dette sporet"),
        "root": _same("Utgangspunkt"),
        "open_border": Words(
            "Stiplet ramme: ikke ferdig", "Stipla ramme: ikkje ferdig"
        ),
        "superseded": Words(
            "Prikket pil: til det nye som erstatter",
            "Prikka pil: til det nye som erstattar",
        ),
        "across": Words(
            "Fra den ene linja til den andre", "Frå den eine linja til den andre"
        ),
        "outcomes": _same("Utfall"),
        "followups": _same("Oppfølging"),
        "timeline": _same("Tidslinje"),
        "no_events": Words("Ingen hendelser", "Ingen hendingar"),
        "event": Words("hendelse", "hending"),
        "events": Words("hendelser", "hendingar"),
    }
)

HEADINGS: Mapping[str, Words] = MappingProxyType(
    {
        "from_ref": Words("Fra", "Frå"),
        "from_kind": Words("Fra, slag", "Frå, slag"),
        "from_title": Words("Fra, tittel", "Frå, tittel"),
        "from_on": Words("Fra, dato", "Frå, dato"),
        "from_state": Words("Fra, tilstand", "Frå, tilstand"),
        "from_note": Words("Fra, merknad", "Frå, merknad"),
        "relation": Words("Sammenheng", "Samanheng"),
        "to_ref": _same("Til"),
        "to_kind": _same("Til, slag"),
        "to_title": _same("Til, tittel"),
        "to_on": _same("Til, dato"),
        "to_state": _same("Til, tilstand"),
        "to_note": _same("Til, merknad"),
    }
)

# The short names of the months are the same in bokmål and nynorsk.
MONTHS = (
    *("jan.", "feb.", "mars", "april", "mai", "juni"),
    *("juli", "aug.", "sep.", "okt.", "nov.", "des."),
)


def kind_word(kind: str, *, language: Language, count: int = 1) -> str:
    """Return the word for a kind: singular for one, else plural."""
    words = KIND_WORDS[kind]
    return (words.one if count == 1 else words.many).of(language)


def phrase(key: str, *, language: Language) -> str:
    """Return one of the pictures' own phrases."""
    return PHRASES[key].of(language)


def day(on: date) -> str:
    """Return a day as Norwegians write it: 15.10.2025."""
    return f"{on.day:02d}.{on.month:02d}.{on.year}"
