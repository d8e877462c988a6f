"""`samspor demo --m365` starts the stand-in, and the settings lead to it."""

from __future__ import annotations

from pathlib import Path

from connector.cli.standin import SETTINGS, standin_beside, told
from connector.graph.opening import opened
from connector.graph.sites import default_drive, site_at
from connector.microsoft365 import load_microsoft365


def test_the_settings_lead_to_the_stand_in(tmp_path: Path) -> None:
    with standin_beside(tmp_path, port=0, web_port=8000) as settings:
        m365 = load_microsoft365(settings)
        assert m365 is not None
        with opened(m365) as tenant:
            site = site_at(tenant.graph, host=m365.site_host, path=m365.site_path)
            library = default_drive(tenant.graph, site.id)

    assert library.name == "Dokumenter"
    assert settings["SAMSPOR_M365_AUTHORITY"] in told(tmp_path, settings)
    written = (tmp_path / SETTINGS).read_text("utf-8")
    assert f'SAMSPOR_GRAPH_URL="{settings["SAMSPOR_GRAPH_URL"]}"' in written
