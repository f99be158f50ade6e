"""Documents in Google's and Azure's object stores, as emulators of them speak: with the clients that users have.

Client and emulator are installed once beside the tests' own environment, and used in processes of their own.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from lineage.connector import Measure, MeasureKind, Profile, Sample, Structure, Task
from lineage.facts import DatasetFact, Fact, FieldFact, LabelFact, LookFact, MeasureFact, UnseenFact
from lineage.model import DatasetId
from tests.connectors.conformance import MARKER, relation_of
from tests.connectors.events import free_port, running
from tests.connectors.test_documents import document

pytestmark = pytest.mark.slow

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lineage-audit" / "clouds"
PAPERS = DatasetId("s.papers")
OBJECTS = {
    f"kb/papers/{MARKER}-1.md": document({"owner": "legal", "version": "2", "mail": f"{MARKER}@x.example"}).encode(),
    f"kb/papers/deep/{MARKER} Ä'[x].md": document({"owner": "sales", "version": "3"}).encode(),
    "kb/papers/empty.md": b"",
    f"kb/{MARKER}.png": b"\x00",
    "elsewhere/a.md": MARKER.encode(),
}
ASK = """
import pickle, sys
sys.path.append(sys.argv[1])
from lineage.errors import ConnectorError
from lineage.plan.model import Budget
from tests.connectors.conformance import context_of, read
settings, tasks, seconds = pickle.load(sys.stdin.buffer)
try:
    told = read("documents", settings, tasks, context_of(budget=Budget(rows=100, seconds=seconds, sample=50)))
except ConnectorError as error:
    told = str(error)
sys.stdout.buffer.write(pickle.dumps(told))
"""
WRITE = """
import pickle, sys
sys.path.append(sys.argv[1])
import fsspec
scheme, bucket, objects = pickle.load(sys.stdin.buffer)
store = fsspec.filesystem(scheme)
if scheme == "az":
    store.mkdir(bucket)
else:
    store.call("POST", "b", project="tests", json={"name": bucket})
for key, data in objects.items():
    store.pipe_file(f"{bucket}/{key}", data)
"""


@dataclass(frozen=True)
class Cloud:
    """A store that runs here, and how clients find it."""

    scheme: str
    clients: Path
    environ: Mapping[str, str]

    def ask(self, settings: dict[str, Any], tasks: Sequence[Task], seconds: float = 60) -> Any:
        """Read as a scan does: facts, or what a refused read says."""
        return pickle.loads(self._run(ASK, (settings, tasks, seconds)))  # noqa: S301 - our own

    def write(self, bucket: str, objects: Mapping[str, bytes]) -> None:
        self._run(WRITE, (self.scheme, bucket, dict(objects)))

    def _run(self, script: str, given: object) -> bytes:
        root = Path(__file__).parents[2]
        done = subprocess.run(
            [sys.executable, "-c", script, str(self.clients)],
            input=pickle.dumps(given),
            capture_output=True,
            cwd=root,
            env={**os.environ, **self.environ, "PYTHONPATH": str(root)},
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")[-2_000:]
        assert MARKER.encode() not in done.stderr
        return done.stdout


def installed(name: str, *words: str, cwd: bool = False) -> Path:
    """Install something once, or skip."""
    CACHE.mkdir(parents=True, exist_ok=True)
    place = CACHE / name
    with FileLock(f"{place}.lock"):
        if not (place / "made").exists():
            place.mkdir(exist_ok=True)
            filled = [word.format(place=place, python=sys.executable) for word in words]
            try:
                subprocess.run(filled, check=True, capture_output=True, timeout=300, cwd=place if cwd else None)
            except (OSError, subprocess.SubprocessError) as error:
                pytest.skip(f"{name} cannot be installed here ({type(error).__name__})")
            (place / "made").touch()
    return place


@pytest.fixture(scope="session")
def clients() -> Path:
    uv = str(Path(sys.executable).with_name("uv"))
    packages = ("gcsfs==2026.10.1", "adlfs==2026.8.0")
    return installed("clients", uv, "pip", "install", "-q", "--python", "{python}", "--target", "{place}", *packages)


@pytest.fixture(scope="session")
def google(clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    uv = str(Path(sys.executable).with_name("uv"))
    package = "gcp-storage-emulator==2026.7.19"
    place = installed("google", uv, "pip", "install", "-q", "--python", "{python}", "--target", "{place}", package)
    port, folder = free_port(), tmp_path_factory.mktemp("google")
    start = "import sys; sys.path.append(sys.argv.pop(1)); from gcp_storage_emulator.__main__ import main; main()"
    words = ["start", "--host=127.0.0.1", f"--port={port}", "--in-memory"]
    with running([sys.executable, "-c", start, str(place), *words], port, folder):
        # With its newer parts the client asks Google itself of which kind a bucket is.
        older = {"GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false"}
        yield Cloud("gs", clients, {"STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{port}", **older})


@pytest.fixture(scope="session")
def azure(clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed here")
    words = ("install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "azurite@3.37.0")
    place = installed("azure", npm, *words, cwd=True)
    port, folder = free_port(), tmp_path_factory.mktemp("azure")
    program = str(place / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js")
    options = ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--silent", "--inMemoryPersistence"]
    more = ["--disableTelemetry", "--skipApiVersionCheck"]
    # The account and key that Azurite's own documentation gives to everybody.
    key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    blobs = f"http://127.0.0.1:{port}/devstoreaccount1"
    told = f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={key};BlobEndpoint={blobs};"
    with running([node, program, *options, *more], port, folder):
        yield Cloud("az", clients, {"AZURE_STORAGE_CONNECTION_STRING": told})


@pytest.fixture(params=["google", "azure"])
def cloud(request: pytest.FixtureRequest) -> Cloud:
    found: Cloud = request.getfixturevalue(request.param)
    return found


def test_documents_are_read_where_they_lie(cloud: Cloud) -> None:
    bucket = "papers-of-a-test"
    cloud.write(bucket, OBJECTS)
    settings = {"path": f"{cloud.scheme}://{bucket}/kb"}

    structure: list[Fact] = cloud.ask(settings, [Structure({PAPERS: "papers/"})])
    relation = relation_of(structure, PAPERS)
    measures = (
        Measure(PAPERS, MeasureKind.ROWS),
        Measure(PAPERS, MeasureKind.NULLS, "owner"),
        Measure(PAPERS, MeasureKind.OLDEST, "modified_at"),
    )
    data: list[Fact] = cloud.ask(settings, [Profile(relation, None, (), measures), Sample(relation, None, None)])

    [dataset] = [fact for fact in structure if isinstance(fact, DatasetFact)]
    assert dataset.rows_estimate == 3
    assert {".".join(fact.name.field) for fact in structure if isinstance(fact, FieldFact)} >= {"owner", "version"}
    told = {fact.measure.partition(":")[0]: fact.value for fact in data if isinstance(fact, MeasureFact)}
    assert (told["rows"], told["nulls"]) == (3, 1)
    assert isinstance(told["oldest"], datetime)
    assert abs(datetime.now(UTC) - told["oldest"]) < timedelta(hours=1)
    assert [fact.hits for fact in data if isinstance(fact, LabelFact) and fact.name.field == ("mail",)] == [1]
    assert {fact.whole for fact in data if isinstance(fact, LookFact)} == {True}
    [image] = [fact for fact in structure + data if isinstance(fact, UnseenFact) and fact.what != "access"]
    assert "no documents" in image.reason
    assert MARKER not in repr(structure + data)


def test_a_bucket_that_is_not_there_is_no_empty_one(cloud: Cloud) -> None:
    told = cloud.ask({"path": f"{cloud.scheme}://{MARKER}/x"}, [Structure({PAPERS: "papers/"})])

    assert isinstance(told, str)
    assert "?" in told
    assert MARKER not in told


def test_a_store_that_does_not_answer_is_said(cloud: Cloud) -> None:
    elsewhere = f"127.0.0.1:{free_port()}"
    nowhere = {name: re.sub(r"127\.0\.0\.1:\d+", elsewhere, told) for name, told in cloud.environ.items()}

    begins = time.monotonic()
    told = Cloud(cloud.scheme, cloud.clients, nowhere).ask({"path": f"{cloud.scheme}://papers/x"}, [Structure()], 4)

    assert isinstance(told, str)
    assert "?" in told
    # The client of Azure tries for a minute and a half: the source's budget ends it before, its start included.
    assert time.monotonic() - begins < 60


def test_a_store_without_credentials_is_not_said_to_be_no_store(clients: Path) -> None:
    told = Cloud("az", clients, {}).ask({"path": "az://papers/x"}, [Structure()])

    assert "credentials right?" in told


def test_what_is_not_installed_is_said(cloud: Cloud, tmp_path: Path) -> None:
    bare = Cloud(cloud.scheme, tmp_path, cloud.environ)

    told = bare.ask({"path": f"{cloud.scheme}://papers/x"}, [Structure()])

    assert "is not installed; install lineage-audit[remote] and" in told
