"""Settings of an installation: from the environment and from its data folder.

The data folder holds `samspor.db`, `settings.toml`, the Word files in `library/`,
and the municipality's own templates in `templates/`.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from connector.microsoft365 import (
    EntraApp,
    Microsoft365,
    load_microsoft365,
    load_sign_in_app,
)
from connector.refusals import InputRefusedError
from workflows.clock import oslo

EINNSYN = "https://api.einnsyn.no"
BACKUP_DAYS = 30
IDLE_MINUTES, LONGEST_HOURS = 60, 10
AT_HOME = "http://127.0.0.1:8000"
MAILBOX = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


@dataclass(frozen=True, kw_only=True)
class SignInSettings:
    """How people sign in: by which app of Entra ID, and for how long.

    A sign-in ends after `idle` without a request, and after `longest` at all events.
    """

    app: EntraApp
    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, kw_only=True)
class Config:
    """Where an installation lives. See `docs/configuration.md`.

    `clock_stands_at` makes time stand still: an exercise or a demo lives at the end of
    its story. None is real time. `einnsyn` is the address of the API of eInnsyn.
    `microsoft365` is None where Microsoft 365 is not used; `shared_folder` is the
    folder that people share instead, None without one. `public_url` is where others
    reach the pages over https, without a stroke at its end; None where they do not.
    `mailbox` is whom e-mail is from, None where none is sent. `sign_in` is None where
    nobody signs in. `trusted_proxy` is the address of the one machine that may say
    whom it asks for, None where none may.
    """

    data: Path
    database_url: str = field(repr=False)
    clock_stands_at: datetime | None = None
    einnsyn: str = EINNSYN
    microsoft365: Microsoft365 | None = None
    shared_folder: Path | None = None
    public_url: str | None = None
    backup_days: int = BACKUP_DAYS
    mailbox: str | None = None
    sign_in: SignInSettings | None = None
    trusted_proxy: str | None = None

    @property
    def tells_outside(self) -> bool:
        """Whether notices are sent by e-mail and in Teams."""
        return self.microsoft365 is not None and self.mailbox is not None

    @property
    def origin(self) -> str:
        """The address of the pages, for links in what is read elsewhere."""
        return self.public_url or AT_HOME

    @property
    def library(self) -> Path:
        """The folder of the Word documents."""
        return self.data / "library"

    @property
    def templates(self) -> Path:
        """The folder of the municipality's own templates."""
        return self.data / "templates"

    def now(self) -> datetime:
        """Return the instant now, in UTC, for all that is told of the municipality."""
        return self.clock_stands_at or self.wall()

    def wall(self) -> datetime:
        """Return the instant of the system clock, in UTC. Nothing else reads it.

        For work in the background, which waits also where time stands still.
        """
        return datetime.now(UTC)


def load_config(data: Path, environ: Mapping[str, str]) -> Config:
    """Return the settings of the installation in a data folder."""
    url = environ.get("SAMSPOR_DATABASE_URL") or f"sqlite:///{data / 'samspor.db'}"
    return Config(
        data=data,
        database_url=url,
        clock_stands_at=_standing(data / "settings.toml"),
        einnsyn=environ.get("SAMSPOR_EINNSYN_URL") or EINNSYN,
        microsoft365=load_microsoft365(environ),
        shared_folder=_shared_folder(environ),
        public_url=_public_url(environ),
        backup_days=_days(environ.get("SAMSPOR_BACKUP_DAYS")),
        mailbox=_mailbox(environ),
        sign_in=_sign_in(environ),
        trusted_proxy=_trusted_proxy(environ),
    )


def _days(said: str | None) -> int:
    if not said:
        return BACKUP_DAYS
    if not said.isascii() or not said.isdigit():
        raise InputRefusedError(
            f"SAMSPOR_BACKUP_DAYS: {said!r} is no number of days; write 30, say"
        )
    return int(said)


def _sign_in(environ: Mapping[str, str]) -> SignInSettings | None:
    app = load_sign_in_app(environ)
    if app is None:
        return None
    if _public_url(environ) is None and not app.is_near:
        raise InputRefusedError(
            "SAMSPOR_PUBLIC_URL: missing, while SAMSPOR_SIGN_IN is set; people are led "
            "back there, over https"
        )
    idle, longest = "SAMSPOR_SIGN_IN_IDLE_MINUTES", "SAMSPOR_SIGN_IN_HOURS"
    return SignInSettings(
        app=app,
        idle=timedelta(minutes=_within(environ, idle, IDLE_MINUTES, most=12 * 60)),
        longest=timedelta(hours=_within(environ, longest, LONGEST_HOURS, most=24)),
    )


def _within(environ: Mapping[str, str], name: str, otherwise: int, *, most: int) -> int:
    said = environ.get(name, "").strip() or str(otherwise)
    is_number = said.isascii() and said.isdigit() and len(said) < 5
    if not is_number or not 1 <= int(said) <= most:
        raise InputRefusedError(
            f"{name}: {said!r} is no number from 1 to {most}; write {otherwise}, say"
        )
    return int(said)


def _trusted_proxy(environ: Mapping[str, str]) -> str | None:
    said = environ.get("SAMSPOR_TRUSTED_PROXY", "").strip()
    if not said:
        return None
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        raise InputRefusedError(
            f"SAMSPOR_TRUSTED_PROXY: {said!r} is no address of a machine; write "
            f"127.0.0.1, say"
        ) from None


def stop_clock(data: Path, at: datetime) -> None:
    """Let the installation live at an instant from now on."""
    data.mkdir(parents=True, exist_ok=True)
    clock = oslo(at).isoformat()
    text = f"# Time stands still: a demo or an exercise.\nclock = {clock}\n"
    (data / "settings.toml").write_text(text, encoding="utf-8")


def _shared_folder(environ: Mapping[str, str]) -> Path | None:
    named = environ.get("SAMSPOR_SHARED_FOLDER")
    if not named:
        return None
    if environ.get("SAMSPOR_M365_SITE"):
        raise InputRefusedError(
            "SAMSPOR_SHARED_FOLDER and SAMSPOR_M365_SITE: set one of them, not both"
        )
    if not Path(named).is_dir():
        raise InputRefusedError(f"SAMSPOR_SHARED_FOLDER: there is no folder {named}")
    return Path(named)


def _public_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("SAMSPOR_PUBLIC_URL", "").strip().rstrip("/")
    if not url:
        return None
    place = urlsplit(url)
    if place.scheme != "https" or not place.hostname or place.query or place.fragment:
        raise InputRefusedError(
            "SAMSPOR_PUBLIC_URL: an https address, as https://samspor.elvestrand.no"
        )
    return url


def _mailbox(environ: Mapping[str, str]) -> str | None:
    found = environ.get("SAMSPOR_M365_MAILBOX", "").strip()
    if found and not MAILBOX.fullmatch(found):
        raise InputRefusedError(
            "SAMSPOR_M365_MAILBOX: an e-mail address, as samspor@elvestrand.kommune.no"
        )
    if found and not environ.get("SAMSPOR_PUBLIC_URL"):
        raise InputRefusedError(
            "SAMSPOR_PUBLIC_URL: missing, while SAMSPOR_M365_MAILBOX is set; a notice "
            "tells where the pages are"
        )
    return found or None


def _standing(path: Path) -> datetime | None:
    if not path.exists():
        return None
    try:
        clock = tomllib.loads(path.read_text(encoding="utf-8")).get("clock")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputRefusedError(f"{path.name}: {error}") from None
    if clock is None:
        return None
    if not isinstance(clock, datetime) or clock.tzinfo is None:
        raise InputRefusedError(f"{path.name}: clock is no date-time with time zone")
    return clock.astimezone(UTC)
