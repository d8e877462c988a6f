import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from connector.pictures import svg
from connector.pictures.sentences import PictureTexts
from connector.pictures.states import STATE_WORDS, Tone
from connector.pictures.trace import trace_svg
from connector.pictures.words import LANGUAGES, Language
from tests.connector.pictures.drawings import (
    SVG,
    Box,
    boxes,
    marks,
    overlaps,
    parsed,
    texts,
    traces,
)
from tests.connector.pictures.samples import FULL_TIME, RECRUITMENT, WITHOUT_BASIS
from workflows.trace.links import KINDS, Edge, Node, Trace

HOSTILE = st.text(max_size=80) | st.sampled_from(
    [
        "</title><script>alert(1)</script>",
        "]]><!--&amp;&#0;",
        "\" onload='x' \x00\x08\ud800\ufffe",
        "W" * 5000,
        "\u202e\u2066<svg>",
        "",
    ]
)


@settings(max_examples=60, deadline=None)
@given(title=HOSTILE, ref=HOSTILE, note=HOSTILE)
def test_hostile_text_stays_text(title: str, ref: str, note: str) -> None:
    node = Node(ref, "output", title, "development", note=note)
    trace = Trace(ref, (node,), ())

    root = parsed(trace_svg(trace, language="nb", href=lambda node: node.title))

    names = {etree.QName(mark).localname for mark in root.iter(etree.Element)}
    assert names <= {"svg", "title", "desc", "rect", "g", "a", "text", "path"}
    attributes = {name for mark in root.iter(etree.Element) for name in mark.attrib}
    assert not {name for name in attributes if str(name).startswith("on")}


@settings(max_examples=60, deadline=None)
@given(trace=traces(acyclic=True))
def test_no_box_covers_another(trace: Trace) -> None:
    root = parsed(trace_svg(trace, language="nn"))

    drawn = boxes(root)

    assert len(drawn) == len(trace.nodes)
    assert overlaps(drawn) == []
    sheet = Box(0, 0, float(root.get("width", 0)), float(root.get("height", 0)))
    assert all(_is_within(box, sheet) for box in drawn)


def _is_within(box: Box, sheet: Box) -> bool:
    return (
        box.x >= 0
        and box.y >= 0
        and box.x + box.width <= sheet.width
        and box.y + box.height <= sheet.height
    )


@settings(max_examples=60, deadline=None)
@given(trace=traces(acyclic=False))
def test_everything_is_drawn_and_cycles_do_not_loop(trace: Trace) -> None:
    root = parsed(trace_svg(trace, language="nb"))

    assert sorted(marks(root, "data-ref")) == sorted(node.ref for node in trace.nodes)
    assert sorted(marks(root, "data-edge")) == sorted(
        f"{edge.source} {edge.kind} {edge.target}" for edge in trace.edges
    )
    assert "nan" not in root.xpath("string(//@d)")


@settings(max_examples=30, deadline=None)
@given(trace=traces(acyclic=False, most=15), random=st.randoms(use_true_random=False))
def test_the_order_of_nodes_and_edges_does_not_matter(
    trace: Trace, random: Random
) -> None:
    nodes, edges = list(trace.nodes), list(trace.edges)
    random.shuffle(nodes)
    random.shuffle(edges)

    shuffled = Trace(trace.root, tuple(nodes), tuple(edges))

    assert trace_svg(shuffled, language="nb") == trace_svg(trace, language="nb")


@pytest.mark.parametrize("trace", [FULL_TIME, RECRUITMENT, WITHOUT_BASIS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_edge_runs_through_a_box(trace: Trace, language: Language) -> None:
    root = parsed(trace_svg(trace, language=language))

    hits = [
        (edge.get("data-edge"), box)
        for edge in root.iter(f"{SVG}g")
        if edge.get("data-edge") is not None
        for box in boxes(root)
        for x, y in _curve_points(edge)
        if box.x + 1 < x < box.x + box.width - 1
        and box.y + 1 < y < box.y + box.height - 1
    ]

    assert hits == []


def _curve_points(edge: etree._Element) -> Iterator[tuple[float, float]]:
    """Yield points along the curve, close enough together to meet any box."""
    path = edge.find(f"{SVG}path")
    assert path is not None
    x = y = 0.0
    for command, numbers in re.findall(r"([MCHV])([^MCHV]*)", path.get("d", "")):
        v = [float(number) for number in numbers.split()]
        ends = {"M": v, "H": [*v, y], "V": [x, *v], "C": v}[command]
        bent = ends if command == "C" else [x, y, *ends, *ends]
        if command != "M":
            yield from (_at(n / 40, (x, y, *bent)) for n in range(41))
        x, y = ends[-2:]


def _at(t: float, p: tuple[float, ...]) -> tuple[float, float]:
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    return (
        a * p[0] + b * p[2] + c * p[4] + d * p[6],
        a * p[1] + b * p[3] + c * p[5] + d * p[7],
    )


def test_the_picture_has_a_name_and_tells_its_story() -> None:
    root = parsed(trace_svg(FULL_TIME, language="nn"))

    name, story = root[0], root[1]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == name.get("id")
    assert root.get("aria-describedby") == story.get("id")
    assert name.text == "Sporet for C04 Retningslinjer for heltidskultur"
    assert story.text is not None
    assert "Avgjerdslinja: 1 sak, 2 handsamingar, 4 vedtakspunkt" in story.text
    assert "2 «Vedteke i tråd med framlegget»" in story.text
    assert "1 «Forseinka»" in story.text


def test_a_page_may_give_its_own_name_and_description() -> None:
    own = PictureTexts(title="What became of C04", description="A story in English.")

    root = parsed(trace_svg(FULL_TIME, language="nb", texts=own))

    assert (root[0].text, root[1].text) == (own.title, own.description)


def test_every_node_says_itself_in_full() -> None:
    root = parsed(trace_svg(FULL_TIME, language="nb"))

    said = {
        g.get("data-ref"): g.findtext(f"{SVG}title")
        for g in root.iter(f"{SVG}g")
        if g.get("data-ref")
    }

    assert said["U-4"] == (
        "Utfall U-4: O-202 punkt 4. Vurdert, ikke fulgt. Begrunnet med økonomi."
    )


def test_every_edge_says_its_relation() -> None:
    root = parsed(trace_svg(FULL_TIME, language="nn"))

    said = [g.findtext(f"{SVG}title") for g in root.iter(f"{SVG}g")]

    assert (
        "C04 Retningslinjer for heltidskultur er handsama i PS 79/25 Kommunestyret"
        in said
    )


def test_states_are_words_shapes_and_borders_and_never_colour_alone() -> None:
    root = parsed(trace_svg(FULL_TIME, language="nb"))

    delayed = root.find(f".//{SVG}g[@data-ref='F-06']")
    settled = root.find(f".//{SVG}g[@data-ref='F-04']")

    assert delayed is not None
    assert settled is not None
    assert "Forsinket" in texts(delayed)
    assert marks(delayed, "data-sign") == [Tone.LATE]
    (late,), (done,) = delayed.findall(f"{SVG}rect"), settled.findall(f"{SVG}rect")
    assert late.get("stroke-dasharray") != "none"
    assert done.get("stroke-dasharray") == "none"


def test_both_lines_are_named_also_where_one_is_empty() -> None:
    drawn = texts(parsed(trace_svg(WITHOUT_BASIS, language="nn")))

    assert "Utviklingslinja" in drawn
    assert "Ikkje noko i dette sporet" in drawn
    assert "Avgjerdslinja" in drawn


def test_the_lines_stand_on_their_own_side_of_the_border() -> None:
    root = parsed(trace_svg(RECRUITMENT, language="nb"))
    lines = {node.ref: node.line for node in RECRUITMENT.nodes}

    sides: dict[str, list[float]] = {"development": [], "decision": []}
    for ref, box in zip(marks(root, "data-ref"), boxes(root), strict=True):
        sides[lines[ref]] += [box.x, box.x + box.width]

    assert max(sides["development"]) < min(sides["decision"])


def test_the_root_alone_is_marked() -> None:
    drawn = texts(parsed(trace_svg(FULL_TIME, language="nb")))

    assert drawn.count("Utgangspunkt") == 1


def test_links_are_in_reading_order_and_not_hidden_by_the_role_img() -> None:
    root = parsed(
        trace_svg(
            FULL_TIME,
            language="nb",
            href=lambda node: f"/spor/{node.ref}?a=1&b=2" if node.on else None,
        )
    )

    links = list(root.iter(f"{SVG}a"))

    assert root.get("role") == "group"
    assert len(links) == sum(node.on is not None for node in FULL_TIME.nodes)
    assert all(link.get("aria-label") for link in links)
    found = [box for link in links for box in boxes(link)]
    assert found == sorted(found, key=lambda box: (box.x, box.y))


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_of_every_kind_can_be_drawn(kind: str) -> None:
    for state in STATE_WORDS[kind]:
        node = Node("X-1", kind, "Tittel", "decision", state=state)

        drawn = trace_svg(Trace("X-1", (node,), ()), language="nn")

        assert marks(parsed(drawn), "data-sign")


def test_a_self_made_loop_and_a_new_version_between_distant_boxes_are_drawn() -> None:
    outputs = tuple(Node(f"O-{n}", "output", "x", "development") for n in range(5))
    edges = (Edge("O-0", "O-0", "led_to"), Edge("O-4", "O-0", "supersedes"))

    root = parsed(trace_svg(Trace("O-0", outputs, edges), language="nb"))

    assert len(marks(root, "data-edge")) == 2


def test_the_text_fits_1280_and_is_never_below_12() -> None:
    root = parsed(trace_svg(FULL_TIME, language="nn"))

    sizes = [float(t.get("font-size", 0)) for t in root.iter(f"{SVG}text")]

    assert float(root.get("width", 0)) <= 1280
    assert min(sizes) >= 12


def test_equal_traces_give_equal_pictures_and_others_other_ids() -> None:
    again = replace(FULL_TIME)

    first, second = (trace_svg(t, language="nb") for t in (FULL_TIME, again))
    other = trace_svg(RECRUITMENT, language="nb")

    assert first == second
    assert parsed(first)[0].get("id") != parsed(other)[0].get("id")


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


GROUNDS = (svg.PAPER, svg.CARD, *svg.BAND.values())


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(
    "ink",
    [svg.INK, svg.MUTED, *svg.LINE_INK.values(), *svg.TONE_INK.values()],
)
def test_text_stands_out_from_every_ground(ink: str, ground: str) -> None:
    assert _contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", [svg.ACROSS, *svg.LINE_EDGE.values()])
def test_lines_stand_out_from_every_ground(ink: str, ground: str) -> None:
    assert _contrast(ink, ground) >= 3
