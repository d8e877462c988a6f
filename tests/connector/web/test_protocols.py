"""Minutes pasted or sent fill the form, each value with its place; none is stored."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from docx import Document
from werkzeug.test import TestResponse

from tests.connector.web.visitors import Visitor, plain

Enter = Callable[..., Visitor]

MINUTES = """Kommunestyrets behandling av sak 41/2026 i møte den 11.06.2026:

Kommunedirektørens innstilling:
Systemet kjøpes.

Votering:
For innstillingen stemte 9: 8 Fellesliste, 1 Bygdelista. \
Imot innstillingen stemte 4: 4 Bygdelista. Dermed ble innstillingen vedtatt.

Vedtak:
1. Systemet kjøpes.
2. Det evalueres.
Verbalforslag fra Bygdelista: Prisen følges."""
FIELD = re.compile(r'<input[^>]*\bname="([^"]+)"[^>]*\bvalue="([^"]*)"')
AREA = re.compile(r'<textarea[^>]*\bname="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
CHOSEN = re.compile(
    r'<select[^>]*\bname="([^"]+)"(?:(?!</select>).)*?<option value="([^"]*)" selected',
    re.DOTALL,
)


def fields_of(answer: TestResponse) -> dict[str, str]:
    """What the form of a page would send, as a browser does."""
    text = answer.text
    found = dict(FIELD.findall(text))
    return found | dict(AREA.findall(text)) | dict(CHOSEN.findall(text))


def test_pasted_minutes_fill_the_form_and_show_where_each_value_stands(
    visitor: Enter,
) -> None:
    answer = visitor("M-10").send("/saker/C02/protokoll", protocol=MINUTES)

    fields, page = fields_of(answer), plain(answer)
    assert (fields["body"], fields["result"]) == ("KST", "final")
    assert (fields["treated_on"], fields["number_seq"]) == ("2026-06-11", "41")
    assert fields["item-3"] == "Verbalforslag fra Bygdelista: Prisen følges."
    assert (fields["for-1-0"], fields["against-1-0"]) == ("8", "0")
    assert (fields["for-1-1"], fields["against-1-1"]) == ("1", "4")
    assert fields["proposer-1"] == "Kommunedirektøren"
    for part in ("Funnet i protokollen", "Resultat 7 For innstillingen stemte 9"):
        assert part in page


def test_nothing_is_stored_until_the_person_sends_the_filled_form(
    visitor: Enter,
) -> None:
    secretary = visitor("M-10")
    answer = secretary.send("/saker/C02/protokoll", protocol=MINUTES)
    before = secretary.page("/saker/C02")

    fields = fields_of(answer)
    fields.pop("csrf_token")
    after = secretary.done("/saker/C02/behandling", **fields)

    assert "PS 41/26" not in before
    assert "Behandlingen av C02 er registrert." in after
    page = secretary.page("/saker/C02")
    assert "Kommunestyret, PS 41/26" in page
    assert "Kommunedirektøren: Systemet kjøpes." in page


def test_a_proposal_to_send_back_that_is_adopted_fills_in_sent_back(
    visitor: Enter,
) -> None:
    text = MINUTES.partition("Votering:")[0] + (
        "Votering:\nForslaget om å sende saken tilbake ble enstemmig vedtatt.\n"
        "Vedtak:\nSaken sendes tilbake til kommunedirektøren."
    )

    fields = fields_of(visitor("M-10").send("/saker/C02/protokoll", protocol=text))

    assert fields["result"] == "sent_back"
    assert fields["asked"] == "Saken sendes tilbake til kommunedirektøren."
    assert fields["decision"] == ""


def test_a_casting_vote_goes_from_the_minutes_to_the_page_of_the_case(
    visitor: Enter,
) -> None:
    text = MINUTES.partition("Votering:")[0] + (
        "Votering:\nInnstillingen ble vedtatt med 7 mot 7 stemmer, med ordførers "
        "dobbeltstemme.\nVedtak:\nSystemet kjøpes."
    )
    secretary = visitor("M-10")
    answer = secretary.send("/saker/C02/protokoll", protocol=text)
    assert re.search(r'name="casting"[^>]* checked', answer.text)

    fields = {**fields_of(answer), "casting": "yes", "result": "final"}
    fields.pop("csrf_token")
    fields.pop("unanimous", None)
    secretary.done("/saker/C02/behandling", **fields)

    assert "Avgjort med møtelederens dobbeltstemme" in visitor().page("/saker/C02")


def test_an_outcome_that_is_not_certain_is_left_to_the_person(visitor: Enter) -> None:
    text = MINUTES.replace("Dermed ble innstillingen vedtatt.", "Det ble votert.")

    answer = visitor("M-10", language="nn").send("/saker/C02/protokoll", protocol=text)

    assert "result" not in fields_of(answer)
    assert "Resultatet går ikkje sikkert fram av teksten." in plain(answer)


def test_a_word_document_is_read_as_well(visitor: Enter) -> None:
    made = Document()
    for line in MINUTES.split("\n"):
        made.add_paragraph(line)
    stream = io.BytesIO()
    made.save(stream)

    answer = visitor("M-10").send_file("/saker/C02/protokoll", stream.getvalue())

    assert fields_of(answer)["number_seq"] == "41"
    assert "min fil.docx" in fields_of(answer)["minutes"]


def test_minutes_that_name_no_body_ask_for_it(visitor: Enter) -> None:
    secretary = visitor("M-10")
    text = MINUTES.replace("Kommunestyrets", "Bystyrets")

    asked = secretary.send("/saker/C02/protokoll", protocol=text)
    told = secretary.send("/saker/C02/protokoll", protocol=text, body="KST")

    assert "Velg organet." in plain(asked)
    assert MINUTES[-20:] in fields_of(asked)["protocol"]
    assert fields_of(told)["body"] == "KST"


def test_what_is_no_word_document_is_refused_in_words(visitor: Enter) -> None:
    answer = visitor("M-10").send_file("/saker/C02/protokoll", b"PK ikke Word")

    assert answer.status_code == 422
    assert "Filen er ikke et Word-dokument" in plain(answer)


def test_only_the_committee_secretary_reads_minutes_in(visitor: Enter) -> None:
    officer = visitor("M-11")

    assert officer.get("/saker/C02/protokoll").status_code == 403
    assert officer.send("/saker/C02/protokoll", protocol=MINUTES).status_code == 403
