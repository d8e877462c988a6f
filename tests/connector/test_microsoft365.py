from __future__ import annotations

from pathlib import Path

import pytest

from connector.config import load_config
from connector.microsoft365 import load_microsoft365
from connector.refusals import InputRefusedError

WHOLE = {
    "SAMSPOR_M365_TENANT": "4C1A5F0E-0000-4000-8000-00000000000A",
    "SAMSPOR_M365_CLIENT": "4c1a5f0e-0000-4000-8000-00000000000b",
    "SAMSPOR_M365_SECRET": "hush",
    "SAMSPOR_M365_SITE": "elvestrand.sharepoint.com:/sites/samspor/",
}


def test_an_installation_without_settings_has_no_microsoft_365(tmp_path: Path) -> None:
    assert load_config(tmp_path, {"SAMSPOR_M365_TENANT": ""}).microsoft365 is None


def test_a_whole_set_is_read_and_goes_to_microsoft_when_nothing_else_is_said(
    tmp_path: Path,
) -> None:
    settings = load_config(tmp_path, WHOLE).microsoft365

    assert settings is not None
    assert settings.tenant == "4c1a5f0e-0000-4000-8000-00000000000a"
    assert settings.authority == "login.microsoftonline.com"
    assert settings.graph_url == "https://graph.microsoft.com/v1.0"
    assert settings.site_host == "elvestrand.sharepoint.com"
    assert settings.site_path == "/sites/samspor"
    assert "hush" not in repr(load_config(tmp_path, WHOLE))


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_a_set_that_is_half_filled_is_refused_by_what_is_missing(missing: str) -> None:
    half = {name: value for name, value in WHOLE.items() if name != missing}

    with pytest.raises(InputRefusedError, match=f"{missing}.*missing"):
        load_microsoft365(half)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAMSPOR_M365_TENANT", "elvestrand.no"),
        ("SAMSPOR_M365_TENANT", "common"),
        ("SAMSPOR_M365_CLIENT", "{4c1a5f0e-0000-4000-8000-00000000000b}"),
        ("SAMSPOR_M365_SITE", "https://elvestrand.sharepoint.com/sites/samspor"),
        ("SAMSPOR_M365_SITE", "elvestrand.sharepoint.com"),
        ("SAMSPOR_M365_CERTIFICATE", "/nowhere/app.pem"),
        ("SAMSPOR_M365_CA", "/nowhere/ca.pem"),
        ("SAMSPOR_M365_AUTHORITY", "https://login.example/common"),
        ("SAMSPOR_M365_AUTHORITY", "login.example@evil.example"),
        ("SAMSPOR_GRAPH_URL", "http://graph.microsoft.com/v1.0"),
        ("SAMSPOR_GRAPH_URL", "https://graph.microsoft.com"),
        ("SAMSPOR_GRAPH_URL", "https://a@graph.microsoft.com/v1.0"),
        ("SAMSPOR_GRAPH_URL", "https://graph.microsoft.com/v1.0?x"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(
    name: str, value: str
) -> None:
    given = {**WHOLE, name: value}
    if name.endswith("CERTIFICATE"):
        del given["SAMSPOR_M365_SECRET"]

    with pytest.raises(InputRefusedError, match=name):
        load_microsoft365(given)


def test_a_certificate_and_a_secret_are_not_both_taken(tmp_path: Path) -> None:
    (tmp_path / "app.pem").touch()

    with pytest.raises(InputRefusedError, match="not both"):
        load_microsoft365(
            {**WHOLE, "SAMSPOR_M365_CERTIFICATE": str(tmp_path / "app.pem")}
        )
