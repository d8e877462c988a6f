"""Three sides of a document that hypothesis makes up, and a reading of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from templates_docx.read import Reading, View
from workflows.forms.catalogue import form

MANDATE = form("mandate")
_words = st.sampled_from(["", "Sol", "Vik", "Å & <b>"])
_cells = st.fixed_dictionaries(
    {}, optional={"nr": _words, "resultatmaal": _words, "frist": st.just("2026-03-14")}
)


@st.composite
def _rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    ids = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=5))
    return [{"_id": each} | draw(_cells) for each in ids]


values = st.fixed_dictionaries(
    {},
    optional={
        "m_name": _words,
        "m_summary": st.lists(_words, max_size=2),
        "m_focus": st.lists(
            st.sampled_from(["sick_leave", "full_time", "other"]), unique=True
        ),
        "m_pm_percent": st.integers(0, 3),
        "m_pm": st.fixed_dictionaries({"name": _words.filter(bool)}),
        "m_result": _rows(),
    },
)


def read_as(said: Mapping[str, Any]) -> Reading:
    """Return what reading a mandate in bokmål gives when it holds these values."""
    return Reading(
        file="",
        kind="mandate",
        language="nb",
        document=None,
        version=None,
        saved_by=None,
        values=dict(said),
        before=View(values=dict(said)),
    )
