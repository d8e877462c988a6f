"""The commands of sign-in: who may sign in, and where the service listens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from connector.config import load_config
from connector.refusals import InputRefusedError
from tests.connector.cli.testvik import loaded, run
from tests.journeys.stories import small_story
from workflows.errors import InvalidValueError

TENANT = "0d3c7f4e-95f2-4c0f-9d7b-0c4a5be3f001"
OID = "5b1f0d8a-3a3c-4b0e-8a4e-1f6f0b7e1001"
ENTRA = {
    "SAMSPOR_SIGN_IN": "entra",
    "SAMSPOR_M365_TENANT": TENANT,
    "SAMSPOR_M365_CLIENT": OID,
    "SAMSPOR_M365_SECRET": "only for tests",
    "SAMSPOR_PUBLIC_URL": "https://samspor.testvik.example",
}


def without(*names: str, **more: str) -> dict[str, str]:
    return {name: each for name, each in ENTRA.items() if name not in names} | more


def test_people_may_sign_in_without_anything_else_of_microsoft_365() -> None:
    config = load_config(Path("x"), ENTRA)

    assert config.sign_in is not None
    assert config.sign_in.app.tenant == TENANT
    assert config.microsoft365 is None
    assert "only for tests" not in repr(config)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        (without("SAMSPOR_M365_TENANT"), "SAMSPOR_M365_TENANT"),
        (without("SAMSPOR_M365_SECRET"), "SAMSPOR_M365_CERTIFICATE"),
        (without("SAMSPOR_PUBLIC_URL"), "SAMSPOR_PUBLIC_URL"),
        (without(SAMSPOR_SIGN_IN="google"), "SAMSPOR_SIGN_IN"),
        (without(SAMSPOR_M365_TENANT="common"), "SAMSPOR_M365_TENANT"),
        (without(SAMSPOR_PUBLIC_URL="http://x.example"), "SAMSPOR_PUBLIC_URL"),
        (without(SAMSPOR_SIGN_IN_HOURS="25"), "SAMSPOR_SIGN_IN_HOURS"),
        (without(SAMSPOR_SIGN_IN_IDLE_MINUTES="0"), "SAMSPOR_SIGN_IN_IDLE_MINUTES"),
        (without(SAMSPOR_TRUSTED_PROXY="*"), "SAMSPOR_TRUSTED_PROXY"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    environ: dict[str, str], named: str
) -> None:
    with pytest.raises(InputRefusedError, match=named):
        load_config(Path("x"), environ)


def refused(data: Path, *arguments: str, environ: dict[str, str]) -> str:
    with pytest.MonkeyPatch.context() as patched:
        for name, value in environ.items():
            patched.setenv(name, value)
        result: Result = run(data, *arguments)
    assert isinstance(result.exception, InputRefusedError)
    return str(result.exception)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "SAMSPOR_SIGN_IN, SAMSPOR_PUBLIC_URL, SAMSPOR_TRUSTED_PROXY"),
        (ENTRA, "SAMSPOR_TRUSTED_PROXY"),
    ],
)
def test_other_machines_are_answered_only_where_people_sign_in(
    tmp_path: Path, environ: dict[str, str], named: str
) -> None:
    told = refused(tmp_path, "serve", "--host", "0.0.0.0", environ=environ)  # noqa: S104 - it is refused

    assert f"set {named}, or leave" in told
    assert list(tmp_path.iterdir()) == []


def test_a_demo_is_never_answered_to_other_machines(tmp_path: Path) -> None:
    settings = "clock = 2026-09-02T15:00:00+02:00\n"
    (tmp_path / "settings.toml").write_text(settings, "utf-8")
    environ = without(SAMSPOR_TRUSTED_PROXY="10.0.0.5")

    told = refused(tmp_path, "serve", "--host", "10.0.0.7", environ=environ)

    assert "demo or an exercise" in told


@pytest.fixture(scope="module")
def testvik(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Testvik, with somebody who runs the system."""
    folder = tmp_path_factory.mktemp("testvik")
    story = small_story()
    at = story["steps"][-1]["at"]
    since = "2025-01-01"
    admin = {"ref": "M-ADM", "person": "P-ADM", "role": "sysadmin", "valid_from": since}
    more = [
        ("register_person", {"ref": "P-ADM", "name": "Ada Drift"}),
        ("give_mandate", admin),
    ]
    steps = [
        {"at": at, "by": "system", "act": act, "with": given} for act, given in more
    ]
    return loaded(folder, steps=[*story["steps"], *steps])


def person(testvik: Path, *arguments: str) -> Any:
    return run(testvik, "person", *arguments)


def test_an_administrator_links_and_unlinks(testvik: Path) -> None:
    linked = person(
        testvik, "link", "P15", "--oid", OID.upper(), "--tid", TENANT, "--by", "P-ADM"
    )
    unlinked = person(testvik, "unlink", "P15", "--by", "P-ADM", "--lang", "nn")
    again = person(testvik, "unlink", "P15", "--by", "P-ADM")

    assert linked.output == "P15 kan logge inn med kontoen.\n"
    assert unlinked.output == "P15 kan ikkje logge inn lenger.\n"
    assert "has no account" in str(again.exception)


def test_others_do_not_link_and_an_address_is_no_account(testvik: Path) -> None:
    account = "--oid", OID, "--tid", TENANT
    officer = person(testvik, "link", "P15", *account, "--by", "P11")
    nowhere = person(testvik, "link", "P15", "--oid", OID, "--by", "P-ADM")
    address = person(
        testvik, "link", "P15", *account[2:], "--oid", "rita@x.no", "--by", "P-ADM"
    )

    assert officer.exit_code == 2
    assert "SAMSPOR_M365_TENANT" in str(nowhere.exception)
    assert isinstance(address.exception, InvalidValueError)
