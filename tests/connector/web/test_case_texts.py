"""The text of a case, proposed outcomes, and the parties' comments, on the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.connector.web.visitors import Visitor

Enter = Callable[..., Visitor]

PAGE = "/saker/C01/saksframlegg"
TEXT = "Saken gjelder nærvær på Solsida."
EVERYBODY = [None, "M-15", "M-01", "M-06A", "M-22", "M-21", "M-11", "M-10", "M-13"]
COMMENT = "Vi mener at helga skulle vært med."


def written(visitor: Enter) -> str:
    return visitor("M-11").done(PAGE, text=TEXT, outputs="O-102")


@pytest.mark.parametrize("hat", EVERYBODY)
def test_a_draft_is_the_decision_lines_and_the_archives(
    visitor: Enter, hat: str | None
) -> None:
    assert "Utkastet er lagret." in written(visitor)

    page = visitor(hat).page(PAGE)

    assert (TEXT in page) is (hat in {"M-11", "M-10", "M-13"})
    assert "Teksten er ikke publisert ennå." in page
    log = visitor(hat).get("/historikk/C01").text
    assert ("Utkast til saksframlegg" in log) is (hat in {"M-11", "M-10", "M-13"})


def test_what_is_published_is_everybodys(visitor: Enter) -> None:
    written(visitor)
    done = visitor("M-11").done(f"{PAGE}/publiser", source="26/412-9")
    assert "Saksframlegget er publisert." in done

    for hat in EVERYBODY:
        page = visitor(hat).page(PAGE)
        assert TEXT in page
        assert "26/412-9" in page
        assert "O-102, versjon 1.0" in page


@pytest.mark.parametrize("hat", [None, "M-15", "M-06A", "M-22", "M-10", "M-13"])
def test_others_write_no_text(visitor: Enter, hat: str | None) -> None:
    assert visitor(hat).send(PAGE, text=TEXT).status_code == 403
    assert visitor(hat).send(f"{PAGE}/publiser", source="x").status_code == 403


def test_a_text_without_words_and_without_source_is_sent_back(visitor: Enter) -> None:
    assert visitor("M-11").send(PAGE).status_code == 422
    written(visitor)
    assert visitor("M-11").send(f"{PAGE}/publiser").status_code == 422


def test_a_party_comments_on_an_outcome_beside_it(visitor: Enter) -> None:
    form = visitor("M-15").get("/saker/C01/kommentar").text
    about = form.split('<option value="O-')[1].split('"')[0]

    page = visitor("M-15").done(
        "/saker/C01/kommentar", outcome=f"O-{about}", text=COMMENT
    )

    assert COMMENT in page
    output = about.split("/")[0].split()[0]
    for path in ("/saker/C01", f"/leveranser/O-{output}", f"/spor/O-{output}"):
        assert COMMENT in visitor().page(path)


@pytest.mark.parametrize("hat", [None, "M-16", "M-11", "M-10", "M-22", "M-21"])
def test_others_comment_on_nothing(visitor: Enter, hat: str | None) -> None:
    assert visitor(hat).get("/saker/C01/kommentar").status_code == 403
    refused = visitor(hat).send("/oppfolging/F-01/merknad", remark=COMMENT)
    assert refused.status_code == 403


def test_a_party_remarks_on_a_follow_up_and_changes_nothing(visitor: Enter) -> None:
    before = visitor("M-15").page("/oppfolging/F-01")

    page = visitor("M-15").done("/oppfolging/F-01/merknad", remark=COMMENT)

    assert COMMENT not in before
    assert COMMENT in page
    assert COMMENT in visitor().page("/oppfolging/F-01")
    assert visitor("M-15").send("/oppfolging/F-01/merknad").status_code == 422


def test_the_officer_proposes_and_the_secretary_records(visitor: Enter) -> None:
    where = "/behandlinger/C01-T1/utfall"
    officer, asked = visitor("M-11"), "O-102-1"
    empty = officer.send(f"{where}/forslag")

    page = officer.done(f"{where}/forslag", **{f"code-{asked}": "NOTED"})

    assert empty.status_code == 422
    assert "Forslaget er sendt til sekretæren." in page
    assert "Foreslått av saksbehandleren" in visitor("M-10").page(where)
    for hat in ("M-10", "M-15"):
        assert visitor(hat).get(f"{where}/forslag").status_code == 403
