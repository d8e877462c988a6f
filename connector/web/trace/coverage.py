"""Dekning: what each decision item rests on; every number opens the list behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apiflask import APIBlueprint
from flask import render_template, request, url_for
from markupsafe import Markup

from connector.pictures.coverage import coverage_svg, links_svg
from connector.web.guards import reads
from connector.web.trace.questions import answered, matter_of
from connector.web.visits import Visit
from workflows.people.reading import Matter
from workflows.trace.statuses import Status

pages = APIBlueprint("coverage", __name__, enable_openapi=False)

SHOWN = (
    Status.COVERED,
    Status.SUSPECT,
    Status.JUSTIFIED,
    Status.MISSING,
    Status.SET_ASIDE,
)
BESIDE = {"changed-since": "waiting", "outputs-without-decision": "rows"}


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number, what it counts, and where its list stands."""

    words: str
    count: int
    where: str
    is_here: bool = False


@pages.get("/dekning")
@reads(Matter.DECISION)
def page(visit: Visit) -> str:
    """Show all points, or those that one of the numbers counts."""
    report = answered(visit, "coverage")
    chosen = request.args.get("grunnlag", "")
    rows = [row for row in report.rows if chosen in ("", row["basis"])]
    counted = report.totals["by_basis"]
    return render_template(
        "trace/coverage.html",
        report=report,
        rows=rows,
        chosen=chosen if chosen in set(SHOWN) else "",
        numbers=[*_numbers(visit, report.totals, chosen), *_beside(visit)],
        picture=_drawn(coverage_svg(counted, language=visit.language)),
        how=_drawn(links_svg(language=visit.language)),
    )


def _drawn(picture: str) -> Markup:
    return Markup(picture)  # noqa: S704 - our own picture, with every text escaped


def _numbers(visit: Visit, totals: dict[str, Any], chosen: str) -> list[Number]:
    counted = totals["by_basis"]
    here = url_for("coverage.page")
    every = Number(
        words=visit.say("coverage.all"),
        count=totals["rows"],
        where=here,
        is_here=not chosen,
    )
    return [
        every,
        *(
            Number(
                words=visit.say(f"codes.basis.{status}"),
                count=counted.get(status, 0),
                where=url_for("coverage.page", grunnlag=status.value),
                is_here=chosen == status,
            )
            for status in SHOWN
        ),
    ]


def _beside(visit: Visit) -> list[Number]:
    """The lists of other questions that belong here, for those who may read them."""
    return [
        Number(
            words=visit.say(f"coverage.beside.{name}"),
            count=answered(visit, name).totals[key],
            where=url_for("questions.question", name=name),
        )
        for name, key in BESIDE.items()
        if visit.reads(matter_of(name))
    ]
