"""What keeps LibreOffice from the network: its settings, and the kernel where it may.

A document may name pictures, templates and files that lie elsewhere. LibreOffice would
fetch them to print the document, and so tell others who reads what. The settings are
those of the dialog Tools – Options; `unshare --net` takes the network itself away, on
Linux where a process may make a name space of its own.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_PROXY = "/org.openoffice.Inet/Settings"
# Every request that is made all the same goes to a port where nobody answers.
_NOWHERE, _NO_PORT = "127.0.0.1", "9"
_SETTINGS = (
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    (_PROXY, "ooInetProxyType", "2"),
    (_PROXY, "ooInetHTTPProxyName", _NOWHERE),
    (_PROXY, "ooInetHTTPProxyPort", _NO_PORT),
    (_PROXY, "ooInetHTTPSProxyName", _NOWHERE),
    (_PROXY, "ooInetHTTPSProxyPort", _NO_PORT),
)
_WITHOUT_NETWORK = ("unshare", "--user", "--map-root-user", "--net")


def settle(profile: Path) -> None:
    """Write the settings into a profile that LibreOffice has not used yet."""
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")


def without_network() -> Sequence[str]:
    """Return the command to put before another, empty where the kernel says no."""
    program = shutil.which(_WITHOUT_NETWORK[0])
    if program is None:
        return ()
    command = (program, *_WITHOUT_NETWORK[1:])
    tried = subprocess.run(  # noqa: S603 - the program is found on the path, no shell
        [*command, "true"], capture_output=True, check=False
    )
    return command if tried.returncode == 0 else ()


def _registry() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>"
    )
