"""A visitor with a browser without scripts: reads pages, fills in forms."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from connector.installation import Installation
from workflows.base import by_ref
from workflows.people.mandates import Mandate

BASE = "http://127.0.0.1"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """Whoever visits, in one hat and one language."""

    def __init__(
        self,
        app: Flask,
        house: Installation,
        *,
        mandate: str | None,
        language: str,
    ) -> None:
        self.house = house
        self.client = app.test_client()
        with self.client.session_transaction(base_url=BASE) as cookie:
            cookie["language"] = language
            if mandate:
                cookie["mandate"] = mandate_id(house, mandate)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=BASE, **more)

    def page(self, path: str) -> str:
        """Return the text of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return plain(answer)

    def send(self, path: str, **fields: Any) -> TestResponse:
        """Send a form with the token of the visitor's own pages."""
        named = {name.replace("__", "-"): value for name, value in fields.items()}
        return self.client.post(
            path, base_url=BASE, data={"csrf_token": self.token(), **named}
        )

    def send_file(self, path: str, data: bytes, **fields: str) -> TestResponse:
        """Send a file, named «file», with the token of the visitor's own pages."""
        file = FileStorage(io.BytesIO(data), filename="min fil.docx", name="file")
        sent = {"csrf_token": self.token(), "file": file, **fields}
        boundary, body = encode_multipart(sent)
        return self.client.post(
            path,
            base_url=BASE,
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
        )

    def token(self) -> str:
        """Return the token that a form of this visitor holds."""
        found = TOKEN.search(self.get("/hvem").text)
        assert found
        return found.group(1)

    def done(self, path: str, **fields: Any) -> str:
        """Send a form that must be accepted, and return the page that follows."""
        answer = self.send(path, **fields)
        assert answer.status_code == 303, plain(answer)
        return self.page(answer.headers["Location"])


def mandate_id(house: Installation, ref: str) -> str:
    """Return the id of a mandate, as the cookie keeps it."""
    with house.reading() as session:
        return str(by_ref(session, Mandate, ref).id)


def plain(answer: TestResponse) -> str:
    """Return what a page says, with entities put back and hard spaces softened."""
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    for entity, letter in (
        ("&#39;", "'"),
        ("&#34;", '"'),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, letter)
    return re.sub(r" ([.,:;)])", r"\1", text.replace("\N{NO-BREAK SPACE}", " "))
