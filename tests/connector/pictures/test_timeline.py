from collections.abc import Iterator
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from connector.pictures.sentences import PictureTexts
from connector.pictures.timeline import Event, timeline_svg
from tests.connector.pictures.drawings import (
    SVG,
    boxes,
    marks,
    overlaps,
    parsed,
    texts,
)
from tests.connector.pictures.samples import PROJECT_EVENTS
from workflows.trace.links import LINES

events = st.lists(
    st.builds(
        Event,
        on=st.dates() | st.dates(date(2026, 1, 1), date(2026, 3, 1)),
        label=st.text(max_size=60),
        line=st.sampled_from(LINES),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(given_events=events)
def test_every_event_is_drawn_and_no_label_covers_another(
    given_events: list[Event],
) -> None:
    root = parsed(timeline_svg(given_events, language="nb"))

    drawn = boxes(root)

    assert len(drawn) == len(given_events)
    assert overlaps(drawn) == []
    assert all(box.x + box.width <= float(root.get("width", 0)) for box in drawn)
    assert all(box.y + box.height <= float(root.get("height", 0)) for box in drawn)


@settings(max_examples=60, deadline=None)
@given(given_events=events)
def test_no_stem_goes_through_the_label_of_another_event(
    given_events: list[Event],
) -> None:
    root = parsed(timeline_svg(given_events, language="nb"))

    for x, low, high in _stems(root):
        for box in boxes(root):
            beside = not box.x + 0.15 < x < box.x + box.width - 0.15
            past = high <= box.y + 0.15 or low >= box.y + box.height - 0.15
            assert beside or past


def _stems(root: etree._Element) -> Iterator[tuple[float, float, float]]:
    for group in root.iter(f"{SVG}g"):
        path = group.find(f"{SVG}path")
        if group.get("data-event") is not None and path is not None:
            start, end = path.get("d", "").removeprefix("M").split("V")
            x, y = map(float, start.split())
            yield x, min(y, float(end)), max(y, float(end))


@given(given_events=events, random=st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_events_does_not_matter(
    given_events: list[Event], random: Random
) -> None:
    shuffled = list(given_events)
    random.shuffle(shuffled)

    assert timeline_svg(shuffled, language="nn") == timeline_svg(
        given_events, language="nn"
    )


def test_a_timeline_says_its_span_and_its_lines() -> None:
    root = parsed(timeline_svg(PROJECT_EVENTS, language="nn"))

    assert root.get("role") == "img"
    assert root[0].text == "Tidslinje"
    assert root[1].text == (
        "Tidslinje 18.06.2025 til 01.06.2026. Utviklingslinja: 5 hendingar. "
        "Avgjerdslinja: 4 hendingar."
    )
    assert "juli 2025" in texts(root)


def test_a_page_may_give_the_timeline_its_own_name() -> None:
    own = PictureTexts(title="Hele stillinger", description="Fra avtale til vedtak.")

    root = parsed(timeline_svg(PROJECT_EVENTS, language="nb", texts=own))

    assert (root[0].text, root[1].text) == (own.title, own.description)


def test_an_empty_timeline_says_that_it_is_empty() -> None:
    root = parsed(timeline_svg((), language="nb"))

    assert root[1].text == "Tidslinje. Ingen hendelser."
    assert marks(root, "data-event") == []


def test_long_spans_are_marked_by_years() -> None:
    far = [Event(date(year, 5, 1), "Vedtak", "decision") for year in (1990, 2026)]

    drawn = texts(parsed(timeline_svg(far, language="nb")))

    assert " 2000 " in drawn
    assert "jan." not in drawn
