"""PDF/A and PDF/UA from Word files, made by LibreOffice.

LibreOffice runs without a window and without the network, with a profile and home of
its own that are thrown away afterwards, so that it neither sees nor changes anything of
the person who runs it. Source: ISO 19005-2 (PDF/A-2), ISO 14289-1 (PDF/UA-1).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from connector.exports.offline import settle, without_network
from connector.refusals import UnavailableError

# SelectPdfVersion 2 is PDF/A-2b; PDFUACompliance adds tags, title and language.
PDF = (
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},'
    '"PDFUACompliance":{"type":"boolean","value":"true"},'
    '"UseTaggedPDF":{"type":"boolean","value":"true"}}'
)
WORD = "docx:MS Word 2007 XML"
Progress = Callable[[int], None]

_PROGRAM = "soffice"
_SECONDS_TO_START, _SECONDS_EACH = 120, 20
_LOOK_EVERY_S = 0.2
# A command line has room for some thousand names; a run that fails is smaller so.
_FILES_A_RUN = 100


class OfficeUnavailableError(UnavailableError):
    """LibreOffice is not installed, did not answer in time, or made no file."""


@dataclass(frozen=True)
class _Watch:
    """Tells how many files are made, and how long that may take."""

    made: Sequence[Path]
    progress: Progress | None
    patience_s: float

    def until_done(self, office: subprocess.Popen[bytes]) -> None:
        deadline, told = time.monotonic() + self.patience_s, 0
        while office.poll() is None and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                office.wait(_LOOK_EVERY_S)
            told = self._tell(told)

    def _tell(self, told: int) -> int:
        done = sum(1 for path in self.made if path.is_file())
        if self.progress is not None and done > told:
            self.progress(done)
        return done


def to_pdf(
    files: Sequence[Path], *, into: Path, progress: Progress | None = None
) -> list[Path]:
    """Return the PDF of each Word file, tagged PDF/A-2b, in the order given.

    Up to a hundred files are converted in one run; their names must differ. `progress`
    is told how many are done.

    Raises:
        OfficeUnavailableError: LibreOffice is missing or gave up.
    """
    return converted(files, to=PDF, into=into, progress=progress)


def converted(
    files: Sequence[Path],
    *,
    to: str,
    into: Path,
    progress: Progress | None = None,
    patience_s: float | None = None,
) -> list[Path]:
    """Return each file in another format, `PDF` or `WORD`, in the order given.

    A run that has not ended in `patience_s` seconds is ended; two minutes, and twenty
    seconds more for each file, unless told otherwise.

    Raises:
        OfficeUnavailableError: LibreOffice is missing or gave up.
    """
    made = [into / f"{file.stem}.{to.partition(':')[0]}" for file in files]
    for path in made:
        path.unlink(missing_ok=True)
    for run in _runs(files):
        with tempfile.TemporaryDirectory(prefix="samspor-office-") as home:
            settle(Path(home, "profile"))
            office = _started(
                _command(run, to=to, into=into, home=Path(home)), Path(home)
            )
            usual = _SECONDS_TO_START + _SECONDS_EACH * len(run)
            watch = _Watch(made, progress, usual if patience_s is None else patience_s)
            _finish(office, watch)
    for path in made:
        if not path.is_file():
            raise OfficeUnavailableError(f"LibreOffice made no {path.name}")
    return made


def _runs(files: Sequence[Path]) -> list[Sequence[Path]]:
    starts = range(0, len(files), _FILES_A_RUN)
    return [files[start : start + _FILES_A_RUN] for start in starts]


def _command(files: Sequence[Path], *, to: str, into: Path, home: Path) -> list[str]:
    program = shutil.which(_PROGRAM)
    if program is None:
        text = "LibreOffice is not installed: run apt-get install libreoffice-writer"
        raise OfficeUnavailableError(text)
    return [
        *without_network(),
        program,
        "--headless",
        "--norestore",
        f"-env:UserInstallation={(home / 'profile').as_uri()}",
        "--convert-to",
        to,
        "--outdir",
        str(into),
        *(str(file) for file in files),
    ]


def _started(command: list[str], home: Path) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - found on the path, no shell
            command,
            env=_environment(home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as problem:
        raise OfficeUnavailableError("LibreOffice could not start") from problem


def _finish(office: subprocess.Popen[bytes], watch: _Watch) -> None:
    try:
        watch.until_done(office)
    finally:
        _end(office)
    if office.returncode:
        raise OfficeUnavailableError("LibreOffice could not convert")


def _end(office: subprocess.Popen[bytes]) -> None:
    """End LibreOffice and what it started; a run that has ended leaves nothing."""
    if office.poll() is not None:
        return
    if sys.platform == "win32":
        office.kill()
    else:
        os.killpg(office.pid, signal.SIGKILL)
    office.wait()


def _environment(home: Path) -> dict[str, str]:
    """The environment is cut down to what LibreOffice needs to find itself."""
    return {
        "PATH": os.defpath,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(home),
        "LANG": "C.UTF-8",
    }
