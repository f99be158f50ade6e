"""Documents in an object store: S3 as moto's server speaks it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from lineage.connector import Structure
from lineage.facts import DatasetFact, UnseenFact
from lineage.model import DatasetId
from tests.connectors import papers
from tests.connectors.conformance import CONTACTS, MARKER, ODD, ODD_COLUMNS, ROWS, ConnectorLaws, System, read
from tests.connectors.test_documents import document

SECRET = "s3cret-key"


class Bucket:
    """A bucket of moto's server, written by plain requests."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self._sent("PUT", "")

    def put(self, key: str, data: bytes) -> None:
        self._sent("PUT", "/" + quote(key), data)

    def state(self) -> object:
        with urlopen(f"{self.url}/{self.name}?list-type=2") as answer:  # noqa: S310 - our own server
            return answer.read()

    def settings(self, prefix: str = "kb") -> dict[str, Any]:
        return {"path": f"s3://{self.name}/{prefix}", "endpoint": self.url, "key": "key", "secret": SECRET}

    def _sent(self, method: str, path: str, data: bytes | None = None) -> None:
        headers = {"Content-Type": "application/octet-stream"}
        urlopen(Request(f"{self.url}/{self.name}{path}", data, headers, method=method)).close()  # noqa: S310 - our own server


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    # The server runs in this process, and logs the keys that it is asked for.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class TestRemoteDocumentLaws(ConnectorLaws):
    kind = "documents"
    made = 0

    @pytest.fixture(autouse=True)
    def _at(self, url: str) -> None:
        self.url = url

    def bucket(self) -> Bucket:
        type(self).made += 1
        return Bucket(self.url, f"bucket{type(self).made}")

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        bucket = self.bucket()
        for number, row in enumerate(ROWS):
            front = dict(zip(("id", "region", "email", "at"), row, strict=True))
            bucket.put(f"kb/contacts/{MARKER}-{number}.md", document(front, f"# {MARKER}\n\nText.\n").encode())
        bucket.put(f"kb/odd Ä'[x]*/{MARKER}.md", document(dict.fromkeys(ODD_COLUMNS, MARKER)).encode())
        bucket.put(f"kb/{MARKER}.png", b"\x00")
        bucket.put("elsewhere/a.md", MARKER.encode())
        return System(bucket.settings(), {CONTACTS: "contacts/", ODD: "odd*/*.md"}, bucket.state, (SECRET,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        return System(self.bucket().settings())

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        closed = {"path": f"s3://{MARKER}/x", "endpoint": "http://127.0.0.1:1", "key": "key", "secret": SECRET}
        absent = {"path": f"s3://{MARKER}/x", "endpoint": self.url, "key": "key", "secret": SECRET}
        return [System(closed, secrets=(SECRET,)), System(absent, secrets=(SECRET,))]


def test_pdf_and_empty_objects_are_read_where_they_lie(url: str) -> None:
    bucket, wanted = Bucket(url, "papers"), DatasetId("s.papers")
    bucket.put("kb/papers/a.pdf", papers.pdf("text", {"Owner": "legal"}))
    bucket.put("kb/papers/b.md", b"")

    facts = read("documents", bucket.settings(), [Structure({wanted: "papers/"})])

    [dataset] = [fact for fact in facts if isinstance(fact, DatasetFact)]
    assert dataset.rows_estimate == 2
    assert dataset.changed_at is not None
    [access] = [fact for fact in facts if isinstance(fact, UnseenFact) and fact.what == "access"]
    assert "file permissions" not in access.reason
    assert "`s3`" in access.settle
    assert not [fact for fact in facts if isinstance(fact, UnseenFact) and fact.name is not None]
