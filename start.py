#!/usr/bin/env python3
"""Sets Samspor up and runs it. Needs Python 3.11 or newer, and nothing else.

python3 start.py demo [arguments of `samspor demo`]
    the demo municipality, served on this machine only
python3 start.py test [arguments of pytest]
    every check and test; the last lines and the exit status are those of pytest

The first run makes `.venv` and fills it from the hash-pinned `requirements.lock`;
later runs see that nothing has changed and start at once. A system program that the
tests need is installed with apt where that is allowed, else the line to run is printed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "samspor-set-up.txt"
SET_UP_FROM = ("requirements.lock", "pyproject.toml", "hatch_build.py")
PAGE_FILES = ("package.json", "package-lock.json")

PROGRAMS = {
    "chromium": "chromium",
    "soffice": "libreoffice-writer-nogui",
    "pdftotext": "poppler-utils",
}
PACKAGES = (*PROGRAMS.values(), "fonts-dejavu", "fonts-liberation")
APT_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
APT_LINE = f"{' '.join(APT_INSTALL)} {' '.join(PACKAGES)}"
INSTALL_LINES = {
    "darwin": "brew install --cask chromium libreoffice && brew install poppler",
    "win32": "winget install Hibbiki.Chromium TheDocumentFoundation.LibreOffice"
    " oschwartz10612.Poppler",
    "linux": f"sudo apt-get update && sudo {APT_LINE}",
}

CHECKS = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "mypy": ("-m", "mypy"),
    "import-linter": (
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
    ),
}


class SetUpError(Exception):
    """Something is missing that this script may not or cannot put in place."""


def main(arguments: list[str]) -> int:
    """Run the command that `arguments` names; the answer is the exit status."""
    commands: dict[str, Callable[[list[str]], int]] = {"demo": demo, "test": test}
    if not arguments or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return commands[arguments[0]](arguments[1:])
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        return 130


def demo(arguments: list[str]) -> int:
    """Run `samspor demo` in the caller's folder."""
    set_up()
    return become([str(SCRIPTS / "samspor"), "demo", *arguments])


def test(arguments: list[str]) -> int:
    """Run the checks and then, whatever they said, the tests."""
    find_programs()
    set_up()
    fetch_validator()
    failed = [name for name, check in CHECKS.items() if run(name, [*check])]
    if failed:
        print(f"\nFAILED: {', '.join(failed)}. The tests run all the same.", flush=True)
    return run("pytest", ["-m", "pytest", "-n", "2", *arguments]) or len(failed)


def fetch_validator() -> None:
    """See to it that the validator of Word documents stands where the tests look."""
    fetch = [str(PYTHON), "-m", "tests.validator.open_xml_sdk"]
    if subprocess.call(fetch, cwd=ROOT, env=compiling()):
        raise SetUpError(
            "The validator of Word documents could not be fetched, see above. The first"
            " run needs the network; run the same command again when it is there."
        )


def run(name: str, arguments: list[str]) -> int:
    """Run the project's Python with `arguments` and return its exit status."""
    print(f"\n== {name}", flush=True)
    return subprocess.call([str(PYTHON), *arguments], cwd=ROOT, env=compiling())


def compiling() -> dict[str, str]:
    """Return the environment where each program is compiled once, inside `.venv`.

    The tests start hundreds of processes, and every one would compile it all anew where
    `PYTHONDONTWRITEBYTECODE` is set, as it is in many containers.
    """
    kept = {**os.environ, "PYTHONPYCACHEPREFIX": str(VENV / "compiled")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def become(command: list[str]) -> int:
    """Turn into `command`, so that a signal to stop reaches it."""
    if os.name != "nt":
        sys.stdout.flush()
        os.execv(command[0], command)  # noqa: S606 - a path of our own, and no shell
    return subprocess.call(command)


def set_up() -> None:
    """Make `.venv` what the lock says; does nothing when it already is."""
    wanted = fingerprint()
    if PYTHON.is_file() and STAMP.is_file() and STAMP.read_text("utf-8") == wanted:
        return
    print("Setting up .venv; the first time takes a minute or two.", flush=True)
    make_environment()
    install()
    STAMP.write_text(wanted, "utf-8")


def fingerprint() -> str:
    """Return what decides the content of `.venv`: Python, this folder, the locks."""
    files = [ROOT / name for name in SET_UP_FROM + PAGE_FILES]
    hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return "\n".join([sys.version, str(ROOT), *hashes])


def make_environment() -> None:
    """Make `.venv` for this Python; one that fits is kept."""
    if environment_fits():
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetUpError(
            "This Python cannot make virtual environments. On Debian and Ubuntu:\n"
            f"  sudo apt-get install python{version}-venv"
        )
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        raise SetUpError(
            f"The virtual environment {VENV} could not be made, see above."
        )


def environment_fits() -> bool:
    """Tell whether `.venv` has a working Python of this very version, with pip."""
    if not PYTHON.is_file():
        return False
    ask = "import sys, pip; print(sys.version)"
    answer = subprocess.run(
        [str(PYTHON), "-c", ask], check=False, capture_output=True, text=True
    )
    return answer.stdout.strip() == sys.version.strip()


def install() -> None:
    """Install the lock and the project, with uv where it is, else with pip."""
    uv = shutil.which("uv")
    if uv and installed([uv, "pip", "install", "-q", "--python", str(PYTHON)]):
        return
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    if not installed([*pip, "--no-compile", "--no-warn-script-location"]):
        raise SetUpError(
            "The packages could not be installed, see above. The first run needs the"
            " network; run the same command again when it is there."
        )


def installed(installer: list[str]) -> bool:
    """Try to install everything with `installer` and tell whether it worked."""
    # The build tools are in the lock too, so nothing is fetched without its hash.
    steps = (
        ["--require-hashes", "--no-deps", "-r", str(ROOT / "requirements.lock")],
        ["--no-deps", "--no-build-isolation", "-e", str(ROOT)],
    )
    return all(subprocess.call([*installer, *step]) == 0 for step in steps)


def find_programs() -> None:
    """See to it that the programs the tests use are on this machine."""
    if missing_programs() and may_use_apt():
        subprocess.call(["apt-get", "update"])
        subprocess.call(
            [*APT_INSTALL, *PACKAGES],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    if missing := missing_programs():
        line = INSTALL_LINES.get(sys.platform, INSTALL_LINES["linux"])
        raise SetUpError(
            f"The tests need {', '.join(missing)} on the path. To install:\n  {line}"
        )


def missing_programs() -> list[str]:
    """Return the names of the programs that are not on the path."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def may_use_apt() -> bool:
    """Tell whether this is Debian or a relative, and we are root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(
            "Samspor needs Python 3.11 or newer; this is Python "
            f"{sys.version.split()[0]}. Run start.py with a newer one,"
            " for example: python3.11 start.py demo"
        )
    sys.exit(main(sys.argv[1:]))
