"""A tap that gives what stands in a file, by Singer's protocol or Airbyte's; it says too much on standard error.

Run as a program of its own: `a_tap.py singer --config C --discover`, `a_tap.py airbyte read --config C --catalog F`.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    protocol, *words = sys.argv[1:]
    options = {word: words[place + 1] for place, word in enumerate(words[:-1]) if word.startswith("--")}
    config = json.loads(Path(options["--config"]).read_text(encoding="utf-8"))
    told = json.loads(Path(config["data"]).read_text(encoding="utf-8"))
    sys.stderr.write(json.dumps([config, told, dict(os.environ)]))
    if config.get("password") != told.get("password"):
        write({"wrong": config.get("password")})
        return 1
    if "--discover" in words or "discover" in words:
        discover(protocol, told["streams"])
    else:
        catalog = json.loads(Path(options["--catalog"]).read_text(encoding="utf-8"))
        state = json.loads(Path(options["--state"]).read_text(encoding="utf-8")) if "--state" in options else None
        read(protocol, told, catalog, {**config, **({} if state is None else since(protocol, catalog, state))})
    return 0


def since(protocol: str, catalog: dict[str, object], state: object) -> dict[str, str]:
    """Give where a state says to go on, of the cursor that the catalogue asks for."""
    if protocol == "airbyte":
        [asked] = catalog["streams"]
        assert asked["sync_mode"] == "incremental"
        [told] = [
            one["stream"] for one in state if one["stream"]["stream_descriptor"] == {"name": asked["stream"]["name"]}
        ]
        [cursor] = asked["cursor_field"]
        return {"cursor": cursor, "since": told["stream_state"][cursor]}
    [name] = selected(protocol, catalog)
    [entry] = [one for one in catalog["streams"] if one["tap_stream_id"] == name]
    assert entry["replication_method"] == "INCREMENTAL"
    return {"cursor": entry["replication_key"], "since": state["bookmarks"][name][entry["replication_key"]]}


def discover(protocol: str, streams: dict[str, dict[str, object]]) -> None:
    if protocol == "singer":
        entries = [
            {
                "tap_stream_id": name,
                "stream": name,
                "schema": one["schema"],
                "metadata": [
                    {
                        "breadcrumb": [],
                        "metadata": {"table-key-properties": one.get("key", []), **one.get("singer", {})},
                    }
                ],
            }
            for name, one in streams.items()
        ]
        sys.stdout.write(json.dumps({"streams": entries}, indent=2))
        return
    sys.stdout.write("this line is no message\n")
    entries = [
        {
            "name": name,
            "json_schema": one["schema"],
            "supported_sync_modes": ["full_refresh"],
            "source_defined_primary_key": [[key] for key in one.get("key", [])],
            **one.get("airbyte", {}),
        }
        for name, one in streams.items()
    ]
    write({"type": "CATALOG", "catalog": {"streams": entries}})


def read(protocol: str, told: dict[str, object], catalog: dict[str, object], config: dict[str, object]) -> None:
    if told.get("chatters"):
        for _ in range(int(told["chatters"])):
            write({"type": "STATE", "value": "x" * 1_000_000})
    for name in selected(protocol, catalog):
        stream = told["streams"][name]
        for number in range(int(config.get("times", 1))):
            for row in stream["rows"]:
                early = config.get("start_date") and row.get("at", "9") < config["start_date"]
                if not early and not ("since" in config and (row.get(config["cursor"]) or "") < config["since"]):
                    say(protocol, name, row)
            if told.get("sleeps") and number == 0:
                sys.stdout.flush()
                if config.get("pid"):  # a child of its own, that must not outlive it
                    child = subprocess.Popen(["sleep", "300"])
                    Path(config["pid"]).write_text(str(child.pid), encoding="utf-8")
                time.sleep(300)
        if told.get("breaks"):
            say_trace(told["breaks"])


def selected(protocol: str, catalog: dict[str, object]) -> list[str]:
    if protocol == "airbyte":
        return [one["stream"]["name"] for one in catalog["streams"]]
    return [one["tap_stream_id"] for one in catalog["streams"] if one["metadata"][0]["metadata"].get("selected")]


def say(protocol: str, stream: str, row: dict[str, object]) -> None:
    if protocol == "singer":
        write({"type": "RECORD", "stream": stream, "record": row})
        write({"type": "STATE", "value": row})
    else:
        write({"type": "RECORD", "record": {"stream": stream, "data": row, "emitted_at": 1}})
        write({"type": "STATE", "state": {"data": row}})


def write(message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")


def say_trace(how: str) -> None:
    error = {"failure_type": how, "message": "zq7marker", "internal_message": "zq7marker"}
    status = {"stream_descriptor": {"name": "x"}, "status": "INCOMPLETE"}
    traced = (
        {"type": "STREAM_STATUS", "stream_status": status} if how == "incomplete" else {"type": "ERROR", "error": error}
    )
    write({"type": "TRACE", "trace": traced})


if __name__ == "__main__":
    sys.exit(main())
