"""PDF/A and PDF/UA from Word files, made by LibreOffice.

LibreOffice runs without a window, with a profile and home of its own that are thrown
away afterwards, so that it neither sees nor changes anything of the person who runs it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from connector.refusals import UnavailableError

# SelectPdfVersion 2 is PDF/A-2b; PDFUACompliance adds tags, title and language.
PDF = (
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},'
    '"PDFUACompliance":{"type":"boolean","value":"true"},'
    '"UseTaggedPDF":{"type":"boolean","value":"true"}}'
)
WORD = "docx:MS Word 2007 XML"
_PROGRAM = "soffice"
_SECONDS_TO_START, _SECONDS_EACH = 120, 20


class OfficeUnavailableError(UnavailableError):
    """LibreOffice is not installed, did not answer in time, or made no file."""


def to_pdf(files: Sequence[Path], *, into: Path) -> list[Path]:
    """Return the PDF of each Word file, tagged PDF/A-2b, in the order given.

    All files are converted in one run; their names must differ.

    Raises:
        OfficeUnavailableError: LibreOffice is missing or gave up.
    """
    return converted(files, to=PDF, into=into)


def converted(files: Sequence[Path], *, to: str, into: Path) -> list[Path]:
    """Return each file in another format, `PDF` or `WORD`, in the order given.

    Raises:
        OfficeUnavailableError: LibreOffice is missing or gave up.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        text = "LibreOffice is not installed: run apt-get install libreoffice-writer"
        raise OfficeUnavailableError(text)
    made = [into / f"{file.stem}.{to.partition(':')[0]}" for file in files]
    with tempfile.TemporaryDirectory(prefix="samspor-office-") as home:
        _run(_command(program, files, to=to, into=into, home=Path(home)), Path(home))
    for path in made:
        if not path.is_file():
            raise OfficeUnavailableError(f"LibreOffice made no {path.name}")
    return made


def _command(
    program: str, files: Sequence[Path], *, to: str, into: Path, home: Path
) -> list[str]:
    return [
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


def _run(command: list[str], home: Path) -> None:
    """The environment is cut down to what LibreOffice needs to find itself."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(home),
        "LANG": "C.UTF-8",
    }
    seconds = _SECONDS_TO_START + _SECONDS_EACH * len(command)
    try:
        subprocess.run(  # noqa: S603 - the program is found on the path, no shell
            command, env=environment, capture_output=True, timeout=seconds, check=True
        )
    except (subprocess.SubprocessError, OSError) as problem:
        raise OfficeUnavailableError("LibreOffice could not convert") from problem
