from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.people.access import PERMITTED, SETUP, permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import DECISION_ROLES, DEVELOPMENT_ROLES, Role

TODAY = datetime(2025, 3, 5, 12, tzinfo=UTC)

OF_THE_DECISION_LINE = {"body", "case", "meeting", "decision", "decisions"} | {
    "treatment",
    "followup",
    "review",
    "outcome",
    "link",
}
OF_THE_DEVELOPMENT_LINE = {"project", "document", "version", "round", "remark"} | {
    "forum",
    "consent",
    "foreign",
    "hearing",
    "guest",
    "room",
    "assessment",
    "comment",
    "agreement",
    "report",
}
WHERE_THE_LINES_MEET = {"output.received", "output.not_used", "output.used"}


def decides(act: str) -> bool:
    return act in WHERE_THE_LINES_MEET or act.split(".")[0] in OF_THE_DECISION_LINE


def develops(act: str) -> bool:
    is_output = act.startswith("output.") and act not in WHERE_THE_LINES_MEET
    return is_output or act.split(".")[0] in OF_THE_DEVELOPMENT_LINE


def hat(role: Role, **more: object) -> Hat:
    return Hat(**{"person_id": None, "person_ref": "P", "role": role, **more})  # type: ignore[arg-type]  # told by name


def may(role: Role, act: str) -> bool:
    try:
        permit(hat(role), act, at=TODAY)
    except NotPermittedError:
        return False
    return True


DECISION_ACTS = sorted(filter(decides, PERMITTED))
DEVELOPMENT_ACTS = sorted(filter(develops, PERMITTED))


ARCHIVE_ACTS = [
    "library.kept",
    "access.decided",
    "access.masked",
    "access.unmasked",
    "access.copied",
    "archive.ordered",
    "request.registered",
    "request.answered",
    "request.forgotten",
]


def test_every_act_belongs_to_one_line_or_to_the_setting_up() -> None:
    others = {act for act in PERMITTED if not decides(act) and not develops(act)}
    between = (
        *("consultation.", "access.", "request.", "archive."),
        *("glass.", "audit.", "notices."),
    )
    others -= {act for act in PERMITTED if act.startswith(between)}

    assert not set(DECISION_ACTS) & set(DEVELOPMENT_ACTS)
    assert all(PERMITTED[act] & SETUP for act in others)


@pytest.mark.parametrize(
    ("act", "role"), list(product(DECISION_ACTS, sorted(DEVELOPMENT_ROLES)))
)
def test_inv_01_a_development_role_never_changes_the_decision_line(
    act: str, role: Role
) -> None:
    with pytest.raises(NotPermittedError, match="INV-01"):
        permit(hat(role), act, at=TODAY)


@pytest.mark.parametrize(
    ("act", "role"), list(product(DEVELOPMENT_ACTS, sorted(DECISION_ROLES)))
)
def test_inv_10_a_decision_role_never_edits_the_development_line(
    act: str, role: Role
) -> None:
    with pytest.raises(NotPermittedError, match="INV-10"):
        permit(hat(role), act, at=TODAY)


def test_whoever_runs_the_system_sets_up_bodies_and_does_no_other_work() -> None:
    acts = [act for act in DECISION_ACTS + DEVELOPMENT_ACTS if may(Role.SYSADMIN, act)]

    assert acts == ["body.member_elected", "body.registered"]


@pytest.mark.parametrize(
    ("role", "acts"),
    [(Role.RECORDS_MANAGER, ARCHIVE_ACTS), (Role.PROGRAMME_COORDINATOR, [])],
)
def test_the_archive_decides_access_and_the_programme_does_nothing(
    role: Role, acts: list[str]
) -> None:
    found = [act for act, roles in PERMITTED.items() if role in roles]

    assert found == ["notices.chosen", *acts]


def test_only_the_committee_secretary_records_outcomes() -> None:
    assert PERMITTED["outcome.recorded"] == {Role.COMMITTEE_SECRETARY}


def test_nobody_but_time_itself_closes_a_round() -> None:
    assert PERMITTED["round.closed"] == {Role.SYSTEM}


def test_an_act_that_is_not_in_the_matrix_can_be_done_by_nobody() -> None:
    with pytest.raises(KeyError):
        permit(SYSTEM, "vote.counted", at=TODAY)


def test_a_refusal_tells_the_role_and_the_act() -> None:
    with pytest.raises(NotPermittedError) as refused:
        permit(hat(Role.PROJECT_MANAGER), "decision.corrected", at=TODAY)

    assert (refused.value.role, refused.value.act) == (
        "project_manager",
        "decision.corrected",
    )


def test_inv_07_a_hat_is_worth_nothing_when_its_mandate_has_ended() -> None:
    yesterday = TODAY.date() - timedelta(days=1)
    ended = hat(Role.PROJECT_MANAGER, valid_from=date(2025, 1, 1), valid_to=yesterday)

    with pytest.raises(RuleBrokenError, match="INV-07"):
        permit(ended, "round.opened", at=TODAY)


def test_a_hat_given_for_one_project_is_of_no_use_in_another() -> None:
    of_first = hat(Role.PROJECT_MANAGER, project="PR1")

    permit(of_first, "round.opened", at=TODAY, project="PR1")
    with pytest.raises(RuleBrokenError, match="PR2"):
        permit(of_first, "round.opened", at=TODAY, project="PR2")
