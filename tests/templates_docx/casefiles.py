"""Case files as municipalities have them, and the values of a basis to set in."""

from __future__ import annotations

import io

import docx

DISSENT = "Vi støtter målet, men helgetimer må prøves ut frivillig & i < ett år først."
OUTPUTS = {"O-201": "Kartlegging av deltid", "O-202": "Retningslinjer for heltid"}
PARTIES = (("A", "agree"), ("F", "agree"), ("T", "agree_with_remark"))
VALUES = {
    "g_municipality": "Testvik kommune",
    "g_title": "Heltidskultur",
    "g_ref": "C04",
    "g_on": "2026-09-02",
    "g_outputs": [
        {
            "_id": ref,
            "leveranse": f"{ref} {title}",
            "type": "knowledge_base",
            "versjon": "1.0",
            "dato": "2025-10-15",
            "standpunkt": "joint",
        }
        for ref, title in OUTPUTS.items()
    ],
    "g_parties": [
        {
            "_id": f"O-202:{party}",
            "ref": "O-202",
            "part": party,
            "standpunkt": said,
            **({"punkt": 3, "saermerknad": DISSENT} if party == "T" else {}),
        }
        for party, said in PARTIES
    ],
    "g_use": [
        {"_id": ref, "leveranse": f"{ref} {title}"} for ref, title in OUTPUTS.items()
    ],
}


def casefile(*, mark: str = "[Grunnlag fra utviklingslinja]", level: int = 1) -> bytes:
    """Return a case file with a heading, the mark below it, and a text after."""
    document = docx.Document()
    document.add_heading("Saksframlegg", 0)
    document.add_heading("Saksopplysninger", level)
    document.add_paragraph("Kort om saken.")
    if mark:
        document.add_paragraph(mark)
    document.add_heading("Vurdering", level)
    document.add_paragraph("Teksten etter avsnittet.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
