import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from workflows.forms.catalogue import (
    UnknownKindError,
    as_json,
    form,
    kinds,
    parse_choices,
    parse_form,
)
from workflows.forms.fields import (
    Chart,
    ChartKind,
    Choice,
    FieldType,
    Form,
    Label,
    Required,
    Writer,
)
from workflows.forms.toml_tables import CatalogueError

# The fields of each document, as the agreed list of them has them.
_HEAD = """{p}municipality {p}name {no} {p}case {p}version {p}status {p}language
{access} {access}_basis {access}_reason {access}_parts {access}_by {access}_on
{access}_wider {access}_until"""
_ORIGIN = "{p}initiator {p}initiator_text {p}authors {p}changelog"
_FOCUS = "{p}focus {p}focus_text {p}programme"
_KEYS = {
    "mandate": _HEAD.format(p="m_", no="m_no", access="m_access")
    + " "
    + (_FOCUS + " " + _ORIGIN).format(p="m_")
    + """
    m_summary m_background m_baseline m_experience m_experience_refs m_anchoring
    m_purpose m_effect m_result m_joint m_view_a m_view_f m_view_t m_value_res
    m_volunteers m_partners m_ethics m_value_emp
    m_scope_in m_scope_out m_interface m_ha m_frames m_dep
    m_outputs
    m_steering m_chair m_chair_person m_group m_pm m_pm_percent m_hvo m_arenas
    m_rules m_rules_text m_disagree m_disagree_text
    m_inv_emp m_inv_res m_inv_res_reason m_councils m_councils_text m_profile
    m_start m_end m_milestones m_budget m_time m_benefit m_risk
    m_privacy m_privacy_basis m_privacy_ref
    m_report m_report_text m_eval m_close
    m_accept m_remarks_a m_remarks_f m_remarks_t m_attach""",
    "agreement": _HEAD.format(p="a_", no="a_no", access="a_access")
    + " "
    + _ORIGIN.format(p="a_")
    + """
    a_level a_parties a_programme a_mandate a_purpose a_values a_values_text a_goals
    a_focus a_focus_text a_lines a_ha a_info a_info_days a_info_channel a_arenas
    a_commit_a a_commit_f a_commit_t a_shared a_shared_text a_involve a_resources
    a_disagree a_publicity a_conf a_follow a_target_sick
    a_duration_from a_duration_to a_terminate a_terminate_months
    a_sign a_protocol_a a_protocol_f a_protocol_t a_council""",
    "status-report": _HEAD.format(p="s_", no="s_project_no", access="s_openness")
    + " "
    + (_FOCUS + " " + _ORIGIN).format(p="s_")
    + """
    s_period_from s_period_to s_no s_summary s_overall s_overall_trend s_dim
    s_done s_next s_goals s_miles s_outputs s_economy s_time s_dev s_dev_text s_risk
    s_involve s_coop s_access s_attend s_profile s_decline s_exp s_ask
    s_view_a s_view_f s_view_t s_treat""",
    "output": """o_ref o_title o_type o_version o_language
    o_access o_access_basis o_access_reason o_access_parts o_access_by o_access_on
    o_access_wider o_access_until o_project o_summary o_points o_sources
    o_uncertainty""",
    "handover-note": """
    h_municipality h_title h_ref h_version h_type h_project h_access
    h_handed_over h_receiver h_received_on h_fingerprint h_decision h_body
    h_positions h_deviations h_rounds h_ha h_sources h_uncertainty""",
    "basis": """
    g_municipality g_title g_case g_ref g_access g_on g_outputs g_made
    g_involved g_parties g_deviations g_ha g_use g_assessment""",
    "meeting-minutes": """
    r_municipality r_title r_no r_on r_time r_place r_chair r_papers r_present
    r_absent r_last r_points r_positions r_discussed r_follow r_approved""",
    "final-report": """
    f_municipality f_name f_no f_case f_focus f_from f_to f_on f_need f_actions
    f_result f_goals f_goals_text f_benefits f_outputs f_cases f_follow f_coop
    f_involve f_communication f_failed f_exp f_economy f_recommend f_handover
    f_accept""",
    "decision-follow-up": """
    v_municipality v_title v_body v_from v_to v_totals v_comment v_items v_reviews""",
}
_LABEL = {
    "type": "object",
    "required": ["nb", "nn"],
    "additionalProperties": False,
    "properties": {"nb": {"type": "string"}, "nn": {"type": "string"}},
}
_CHOICES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["key", "label"],
        "additionalProperties": False,
        "properties": {"key": {"type": "string"}, "label": _LABEL},
    },
}
_COLUMN = {
    "type": "object",
    "required": ["key", "label", "type"],
    "additionalProperties": False,
    "properties": {
        "key": {"pattern": "^[A-Za-z_]+$"},
        "label": _LABEL,
        "type": {"enum": ["text", "date", "number", "choice"]},
        "choices": _CHOICES,
    },
}
_FIELD_PARTS = {
    "key": {"pattern": "^[a-z]{1,2}_[a-z_]+$"},
    "label": _LABEL,
    "type": {"enum": [kind.value for kind in FieldType]},
    "required": {"enum": ["round", "agreed", "optional"]},
    "content": {"type": "boolean"},
    "writer": {"enum": [writer.value for writer in Writer]},
    "columns": {"type": "array", "items": _COLUMN},
    "choices": _CHOICES,
}
_FIELD = {
    "type": "object",
    "required": list(_FIELD_PARTS),
    "additionalProperties": False,
    "properties": _FIELD_PARTS,
}
_SECTION_PARTS = {
    "key": {"pattern": "^[a-z_]+$"},
    "label": _LABEL,
    "fields": {"type": "array", "items": _FIELD, "minItems": 1},
}
_SCHEMA = {
    "type": "object",
    "required": ["kind", "name", "sections"],
    "additionalProperties": False,
    "properties": {
        "kind": {"enum": list(kinds())},
        "name": _LABEL,
        "sections": {
            "type": "array",
            "items": {
                "type": "object",
                "required": list(_SECTION_PARTS),
                "additionalProperties": False,
                "properties": _SECTION_PARTS,
            },
        },
    },
}
_MINIMAL = """
kind = "note"
prefix = "n_"
name = { nb = "Notat", nn = "Notat" }

[[sections]]
key = "head"
label = { nb = "Hode", nn = "Hovud" }

[[sections.fields]]
key = "n_title"
label = { nb = "Tittel", nn = "Tittel" }
type = "text"
required = "round"
writer = "project_manager"
"""

_TABLE = """
[[sections]]
key = "scores"
label = { nb = "Svar", nn = "Svar" }
prose = { nb = "Svar hver for dere.", nn = "Svar kvar for dykk." }
new_page = true

[[sections.fields]]
key = "n_scores"
label = { nb = "Poeng", nn = "Poeng" }
type = "table"
required = "round"
writer = "parties"
rows_of = "utsagn"
columns = [
  { key = "utsagn", label = { nb = "A", nn = "B" }, type = "choice", choices = "said" },
  { key = "poeng", label = { nb = "Poeng", nn = "Poeng" }, type = "number" },
  { key = "ord", label = { nb = "Ord", nn = "Ord" }, verbatim = true },
]
chart = { kind = "bar", categories = "utsagn", series = ["poeng"] }

[[sections.fields]]
key = "n_view"
label = { nb = "Syn", nn = "Syn" }
type = "rich"
required = "optional"
writer = "union"
verbatim = true
"""
_LISTS = {"said": (Choice(key="one", label=Label(nb="Én", nn="Ein")),)}

all_kinds = pytest.mark.parametrize("kind", kinds())


def test_kinds_come_in_the_order_people_meet_them() -> None:
    assert kinds()[:4] == ("mandate", "agreement", "status-report", "output")


@pytest.mark.parametrize("kind", _KEYS)
def test_a_form_has_exactly_the_agreed_fields_in_the_agreed_order(kind: str) -> None:
    assert [field.key for field in form(kind).fields] == _KEYS[kind].split()


@all_kinds
def test_the_listing_of_a_form_has_the_shape_that_scripts_rely_on(kind: str) -> None:
    jsonschema.validate(as_json(form(kind)), _SCHEMA)


@all_kinds
def test_a_form_is_read_once(kind: str) -> None:
    assert form(kind) is form(kind)


def test_an_unknown_kind_is_refused_with_the_kinds_there_are() -> None:
    with pytest.raises(UnknownKindError, match=r"minutes; kinds are mandate, agree"):
        form("minutes")


@pytest.mark.parametrize(
    ("kind", "stem"),
    [
        ("mandate", "m_view"),
        ("mandate", "m_remarks"),
        ("agreement", "a_commit"),
        ("agreement", "a_protocol"),
        ("status-report", "s_view"),
    ],
)
def test_the_parties_own_fields_differ_in_name_and_writer_only(
    kind: str, stem: str
) -> None:
    own = [form(kind).field(f"{stem}_{party}") for party in "aft"]

    assert [field.writer for field in own] == ["administration", "elected", "union"]
    shapes = {
        (f.type, f.required, f.content, f.columns, f.min_rows, f.max_lines) for f in own
    }
    assert len(shapes) == 1


@all_kinds
def test_what_changes_without_the_text_changing_is_no_content(kind: str) -> None:
    outside = {
        FieldType.AUTO,
        FieldType.REF,
        FieldType.SIG,
    }
    by_the_system = [
        field
        for field in form(kind).fields
        if field.writer is Writer.SYSTEM and field.fixed is None
    ]

    assert not [f.key for f in form(kind).fields if f.type in outside and f.content]
    assert not [field.key for field in by_the_system if field.content]


@pytest.mark.parametrize(
    "key",
    [
        "m_case",
        "m_status",
        "m_language",
        "m_access",
        "m_access_reason",
        "m_changelog",
        "m_accept",
        "m_remarks_t",
        "a_sign",
        "a_protocol_f",
        "a_council",
        "s_openness",
        "s_outputs",
        "s_treat",
        "o_access",
        "o_language",
    ],
)
def test_status_openness_signature_and_treatment_are_no_content(key: str) -> None:
    kind = {form(kind).prefix: form(kind) for kind in _KEYS}[key[:2]]

    assert not kind.field(key).content


@all_kinds
def test_conditions_name_choices_that_exist(kind: str) -> None:
    found = form(kind)
    for field in found.fields:
        if field.needed_if is not None:
            allowed = {
                choice.key for choice in found.field(field.needed_if.field).choices
            }
            assert set(field.needed_if.any_of) <= allowed, field.key


def test_the_parties_stand_in_one_neutral_order_in_every_form() -> None:
    party = form("mandate").field("m_initiator")

    assert [choice.key for choice in party.choices] == ["A", "F", "T"]
    coop = form("status-report").field("s_coop")
    assert [column.key for column in coop.columns if len(column.key) == 1] == [
        "A",
        "F",
        "T",
    ]


def test_fixed_clauses_are_those_of_the_two_lines_and_the_basic_agreement() -> None:
    fixed = [field.key for field in form("agreement").fields if field.fixed]

    assert fixed == ["a_lines", "a_ha"]


def test_a_nynorsk_label_is_given_where_nynorsk_is_asked_for() -> None:
    label = form("mandate").field("m_value_emp").label

    assert label.in_("nn") == "Verdi for tilsette"
    assert label.in_("nb") == "Verdi for ansatte"


def test_a_section_is_found_by_key_and_an_unknown_one_is_an_error() -> None:
    assert form("output").section("basis").label.nb == "Grunnlag"
    with pytest.raises(KeyError):
        form("output").section("annex")


def test_a_small_form_is_read() -> None:
    found = parse_form(_MINIMAL, file="note.toml", lists={})

    assert isinstance(found, Form)
    assert found.field("n_title").required is Required.ROUND
    assert found.field("n_title").content


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"text"', '"text', r"note\.toml: not TOML"),
        ("prefix", "prefiks", r"note\.toml: lacks prefix"),
        ('writer = "project', 'colour = "red"\nwriter = "project', "n_title: unknown"),
        (', nn = "Tittel"', "", r"note\.toml: n_title: lacks nn"),
        ('nn = "Tittel"', 'nn = " "', "n_title: nn must be a text"),
        ('{ nb = "Hode", nn = "Hovud" }', '"Hode"', "head: must be a table"),
        ('type = "text"', 'type = "colour"', "n_title: colour is none of text, rich"),
        ('type = "text"', 'type = "choice"', "n_title: choices belong to choice"),
        ('type = "text"', 'type = "table"', "n_title: columns belong to a table"),
        ('"project_manager"', '"nobody"', "n_title: nobody is none of"),
        ('"project_manager"', '"system"\nchoices = "x"', "no list of choices"),
        ('"project_manager"', '"system"\nunless = "n_x"', "names n_x"),
        ('key = "n_title"', 'key = "title"', r"title: the key must begin with n_"),
    ],
)
def test_a_fault_in_a_form_file_is_told_with_file_and_key(
    before: str, after: str, message: str
) -> None:
    text = _MINIMAL.replace(before, after)
    assert text != _MINIMAL

    with pytest.raises(CatalogueError, match=message):
        parse_form(text, file="note.toml", lists={})


def test_the_attributes_of_a_richer_form_are_read() -> None:
    found = parse_form(_MINIMAL + _TABLE, file="note.toml", lists=_LISTS)

    second, table = found.sections[1], found.field("n_scores")
    assert second.prose == Label(nb="Svar hver for dere.", nn="Svar kvar for dykk.")
    assert second.new_page
    assert not found.sections[0].new_page
    assert table.rows_of == "utsagn"
    assert table.chart == Chart(
        kind=ChartKind.BAR, categories="utsagn", series=("poeng",)
    )
    assert [c.key for c in table.columns if c.verbatim] == ["ord"]
    assert found.field("n_view").verbatim


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (', nn = "Svar kvar for dykk."', "", r"scores\.prose: lacks nn"),
        ("new_page = true", 'new_page = "yes"', "scores: new_page must be true or"),
        ('rows_of = "utsagn"', 'rows_of = "ord"', "n_scores: .* choices ord"),
        ('rows_of = "utsagn"', 'rows_of = "svar"', "n_scores: .* choices svar"),
        ('kind = "bar"', 'kind = "pie"', r"n_scores\.chart: pie is none of bar, line"),
        ('categories = "utsagn", ', "", r"n_scores\.chart: lacks categories"),
        ('["poeng"]', '["ord"]', "n_scores: a chart is drawn from columns of numbers"),
        ('["poeng"]', "[]", "n_scores: a chart is drawn from columns of numbers"),
        ('categories = "utsagn"', 'categories = "x"', "n_scores: has no column x"),
        (
            '"Poeng" }, type = "number"',
            '"Poeng" }, verbatim = 1',
            "n_scores.poeng: ve",
        ),
        ('type = "number"', 'type = "number", verbatim = true', "n_scores.poeng: on"),
        ('type = "rich"', 'type = "date"', "n_view: only a text"),
    ],
)
def test_a_wrong_use_of_the_attributes_is_told_with_file_and_key(
    before: str, after: str, message: str
) -> None:
    text = (_MINIMAL + _TABLE).replace(before, after)
    assert text != _MINIMAL + _TABLE

    with pytest.raises(CatalogueError, match=rf"note\.toml: {message}"):
        parse_form(text, file="note.toml", lists=_LISTS)


def test_a_field_key_used_twice_is_refused() -> None:
    again = "[[sections.fields]]" + _MINIMAL.split("[[sections.fields]]")[1]

    with pytest.raises(CatalogueError, match=r"note.toml: n_title: .* twice"):
        parse_form(_MINIMAL + again, file="note.toml", lists={})


def test_a_field_that_is_no_table_is_refused() -> None:
    text = _MINIMAL.split("[[sections.fields]]")[0] + 'fields = ["n_title"]'

    with pytest.raises(CatalogueError, match=r"\(no table\)"):
        parse_form(text, file="note.toml", lists={})


def test_a_choice_key_used_twice_is_refused() -> None:
    one = '{ key = "yes", label = { nb = "Ja", nn = "Ja" } }'

    with pytest.raises(CatalogueError, match=r"choices.toml: yes_no: yes: .* twice"):
        parse_choices(f"yes_no = [{one}, {one}]", file="choices.toml")
