from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connector.imports.exchange import FORMAT, read_exchange
from connector.refusals import InputRefusedError

OUTPUT = {
    "ref": "O-9",
    "version": "1.0",
    "title": "Utprøving av langvakter",
    "kind": "experience",
    "language": "nn",
    "handed_over_on": "2024-11-01",
    "fingerprint": f"fp:v1:{'a' * 64}",
    "state": "treated",
    "cites": [],
}


def written(folder: Path, *outputs: dict[str, Any], **changed: Any) -> Path:
    told = {
        "format": FORMAT,
        "programme": "SGT",
        "municipality": {"number": "9902", "name": "Skogheim kommune"},
        "at": "2026-09-02T10:00:00+02:00",
        "outputs": list(outputs),
    }
    file = folder / "skogheim.json"
    file.write_text(json.dumps(told | changed), "utf-8")
    return file


def test_a_file_is_read_as_it_was_told(tmp_path: Path) -> None:
    told = read_exchange(written(tmp_path, OUTPUT))

    assert told["municipality"] == {"number": "9902", "name": "Skogheim kommune"}
    assert told["outputs"] == [OUTPUT]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"fingerprint": "abc"}, "outputs.0.fingerprint"),
        ({"state": "draft"}, "outputs.0.state"),
        ({"title": "En\nto"}, "outputs.0.title"),
        ({"title": "x" * 501}, "outputs.0.title"),
        ({"text": "Hele teksten"}, "outputs.0.text"),
        ({"handed_over_on": "i fjor"}, "outputs.0.handed_over_on"),
    ],
)
def test_what_does_not_belong_is_refused_by_file_and_key(
    tmp_path: Path, changed: dict[str, Any], place: str
) -> None:
    with pytest.raises(InputRefusedError, match=rf"skogheim\.json: {place}: "):
        read_exchange(written(tmp_path, OUTPUT | changed))


def test_a_reference_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match="O-9 står to ganger"):
        read_exchange(written(tmp_path, OUTPUT, OUTPUT))


@pytest.mark.parametrize("text", ["[]", "{", "null", '{"format": "other/1"}'])
def test_what_is_no_exchange_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "skogheim.json"
    file.write_text(text, "utf-8")

    with pytest.raises(InputRefusedError, match="skogheim"):
        read_exchange(file)
