"""What a frozen handover says: version, standing, each party's position verbatim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.pictures.words import Language
from workflows.base import by_ref, get
from workflows.clock import norwegian_date
from workflows.development.deviations import deviations_said_in
from workflows.development.documents import Version, agreed_version, content_of
from workflows.development.outputs import Handover, Output, handover_of, project_of
from workflows.errors import RuleBrokenError
from workflows.forms.catalogue import form

PUBLIC, EXEMPT = "public", "exempt"
WITHHELD: dict[Language, str] = {
    "nb": "Unntatt offentlighet{}. Særmerknaden følger leveransen.",
    "nn": "Unnateke offentlegheit{}. Særmerknaden følgjer leveransen.",
}
WITHHELD_REMARK: dict[Language, str] = {
    "nb": "Unntatt offentlighet{}. Merknaden følger leveransen.",
    "nn": "Unnateke offentlegheit{}. Merknaden følgjer leveransen.",
}


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """An output as it was handed over."""

    session: Session
    output: Output
    handover: Handover
    version: Version

    @property
    def package(self) -> dict[str, Any]:
        """The frozen package: it never changes (INV-09)."""
        return self.handover.package

    @property
    def values(self) -> dict[str, Any]:
        """The values of the version that was handed over."""
        return content_of(self.session, self.version).values

    @property
    def said_in(self) -> list[str]:
        """Where the positions were given."""
        return [each["said_in"] for each in self.package["positions"]]

    @property
    def mandate(self) -> dict[str, Any]:
        """The values of the project's mandate that the parties agreed on."""
        project = project_of(self.session, self.output)
        version = agreed_version(self.session, project.mandate)
        return content_of(self.session, version).values if version else {}

    def title(self) -> str:
        """Return reference and title: «O-202 Forslag til retningslinjer»."""
        return f"{self.output.ref} {self.output.title}"

    def openness(self, language: Language) -> str:
        """Return the openness line: open, or exempt with its legal basis."""
        return openness_line(self.values, "o_access", language)

    def positions(
        self, *, language: Language, public: bool
    ) -> Iterator[dict[str, Any]]:
        """Yield a row a party, in neutral order, with its dissent verbatim.

        For the public, a dissent to an output that is exempt as a whole gives way to
        words that say so: it is not lost, it follows the output.
        """
        for said in self.package["positions"]:
            dissent = said["dissent"]
            if dissent and public and self.values.get("o_access") == EXEMPT:
                dissent = WITHHELD[language].format(self._basis())
            row = {
                "_id": f"{self.output.ref}:{said['party']}",
                "part": said["party"],
                "standpunkt": said["position"],
                "punkt": said["point"],
                "saermerknad": dissent,
            }
            yield {key: cell for key, cell in row.items() if cell}

    def deviations(
        self, *, language: Language, public: bool
    ) -> Iterator[dict[str, Any]]:
        """Yield what each organisation did not stand behind, as `positions` does."""
        is_withheld = public and self.values.get("o_access") == EXEMPT
        withheld = WITHHELD_REMARK[language].format(self._basis())
        for said in deviations_said_in(self.session, self.said_in):
            yield {
                "_id": f"{self.output.ref}:{said.party}:{said.organisation}",
                "part": said.party.value,
                "organisasjon": said.organisation,
                "merknad": withheld if is_withheld else said.text,
            }

    def _basis(self) -> str:
        basis = self.values.get("o_access_basis")
        return f", jf. {basis}" if basis else ""


def delivered(session: Session, ref: str, *, at: datetime) -> Delivered:
    """Return an output as it was handed over up to `at`.

    Raises:
        NotFoundError: there is no such output.
        RuleBrokenError: it had not been handed over.
    """
    output = by_ref(session, Output, ref)
    handover = handover_of(session, output, at=at)
    if handover is None:
        on = norwegian_date(at)
        raise RuleBrokenError(f"{ref} was not handed over by {on}", rule="SM-5")
    version = get(session, Version, handover.version_id)
    return Delivered(session=session, output=output, handover=handover, version=version)


def openness_line(values: dict[str, Any], key: str, language: Language) -> str:
    """Return «Offentlig», or «Delvis unntatt offentlighet, jf. offl. § 13»."""
    chosen = values.get(key) or PUBLIC
    choices = form("output").field("o_access").choices
    word = next(one.label.in_(language) for one in choices if one.key == chosen)
    basis = values.get(f"{key}_basis")
    return f"{word}, jf. {basis}" if basis and chosen != PUBLIC else word
