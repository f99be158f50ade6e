"""A small dbt project, built by dbt with OpenLineage's listener on: what the connectors `dbt` and `openlineage` read.

    python -m tests.connectors.dbt_project FOLDER     builds it and keeps what is read of it in FOLDER

dbt and its listener live in an environment of their own, outside of the lock: dbt's dependencies are not ours.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any, Final

PACKAGES: Final = ("dbt-core>=1.11,<1.12", "dbt-duckdb>=1.11,<1.12", "openlineage-dbt>=1.54,<2")
FILES: Final = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\nmodels: {shop: {+materialized: table}}\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
    "seeds/people.csv": "id,mail,region\n1,zq7marker@x.example,EU\n2,b@x.example,US\n",
    "models/contacts.sql": "select id, lower(mail) as email, region from {{ ref('people') }} "
    "where region <> 'zq7marker'\n",
    "models/regions.sql": "select region, count(*) as n, max(email) as last_email "
    "from {{ ref('contacts') }} group by 1\n",
    "models/exposures.yml": "exposures:\n  - name: support_reply\n    type: application\n"
    "    owner: {name: AI team, email: ai@acme.example}\n    depends_on: [ref('contacts')]\n",
}
_READ: Final = (
    *("resource_type", "database", "schema", "name", "alias", "identifier", "source_name", "language", "relation_name"),
    *("compiled_code", "checksum", "original_file_path"),
)


class CannotBuildError(Exception):
    """The project cannot be built here; says why, for the name of the skip."""


def environment(folder: Path) -> Path:
    """Make an environment with dbt and its listener, once; give its programs' folder.

    Raises:
        CannotBuildError: the packages cannot be installed (offline?).
    """
    programs = folder / "bin"
    if not (programs / "dbt-ol").exists():
        venv.create(folder, with_pip=True)
        command = [str(programs / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        done = subprocess.run([*command, *PACKAGES], capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotBuildError("dbt and openlineage-dbt cannot be installed here (offline?)")
    return programs


def build(project: Path, programs: Path, listener: str | None = None) -> Path:
    """Build the project; give its folder, with `target/` and `events.jsonl`, or the events told to a listener.

    Raises:
        CannotBuildError: dbt refused.
    """
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    told = {
        "OPENLINEAGE__TRANSPORT__TYPE": "file",
        "OPENLINEAGE__TRANSPORT__LOG_FILE_PATH": str(project / "events.jsonl"),
        "OPENLINEAGE__TRANSPORT__APPEND": "true",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    if listener is not None:
        told |= {"OPENLINEAGE__TRANSPORT__TYPE": "http", "OPENLINEAGE__TRANSPORT__URL": listener}
    for command in (["dbt-ol", "build"], ["dbt", "docs", "generate"]):
        place = ["--project-dir", ".", "--profiles-dir", "."]
        done = subprocess.run(
            [str(programs / command[0]), *command[1:], *place],
            cwd=project,
            env={**os.environ, **told},
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise CannotBuildError(f"{' '.join(command)} ended with {done.returncode}")
    return project


def keep(project: Path, folder: Path) -> None:
    """Keep what the connectors read: the events as they are, the artifacts cut to what is looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(project / "events.jsonl", folder / "events.jsonl")
    manifest = json.loads((project / "target" / "manifest.json").read_text(encoding="utf-8"))
    nodes = {name: _cut(node) for name, node in manifest["nodes"].items() if node["resource_type"] != "test"}
    head = {key: manifest["metadata"][key] for key in _HEAD}
    exposures = {
        name: {"name": told["name"], "depends_on": told["depends_on"]} for name, told in manifest["exposures"].items()
    }
    written = {"metadata": head, "nodes": nodes, "sources": {}, "exposures": exposures}
    (folder / "manifest.json").write_text(json.dumps(written, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    catalog = json.loads((project / "target" / "catalog.json").read_text(encoding="utf-8"))
    kept = {"nodes": catalog["nodes"], "sources": {}}
    (folder / "catalog.json").write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


_HEAD: Final = ("dbt_schema_version", "dbt_version", "generated_at", "adapter_type", "project_name")


def _cut(node: dict[str, Any]) -> dict[str, Any]:
    return {key: node[key] for key in _READ if key in node} | {
        "config": {"materialized": node["config"]["materialized"]}
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        keep(build(Path(place) / "shop", environment(Path(place) / "environment")), Path(sys.argv[1]))
