"""Singer taps and Airbyte sources: the user's own command, in its own environment, asked what it has and for records.

A state that it writes is never kept nor given back; what it writes to standard error is never read.
See docs/connectors/singer_airbyte.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from connectors._sql import Failed
from connectors._stores.records import MOST, answer
from connectors._stores.records_told import Recent, Records, Service, Table
from connectors._tap.process import Command, folder_of_its_own, resolved, written
from connectors._tap.schema import Stream, airbyte_streams, singer_streams, spelt
from lineage.connector import Connector, Settings, Task
from lineage.context import Context
from lineage.duration import parse_duration
from lineage.errors import ConnectorError, PlanError
from lineage.facts import Fact

_MORE: Final = "raise the source's budget of rows, or the connector's records; for its newest alone, give it a `recent`"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_START: Final = re.compile(r"(?:^|[_ -])(?:start|since|from|cutoff|lookback|window|days|history)(?:$|[_ -])")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CLOSED: Final = Failed("the protocol tells no grants", "review in the service who may read it")
_SINCE: Final = Failed(
    "the config names a start: records of before it may not be given",
    "give the connector a config without a start, or with one that leaves no record out and `start: whole`",
)
_BY_HAND: Final = "run the command by hand with the same config, and read what it says"
_TRACED: Final = {
    "config_error": ("the source says that its config is wrong", "mend the config, or the credential in it"),
    "transient_error": ("the source says that its service failed for now", "scan again later"),
    "system_error": ("the source says that it failed", _BY_HAND),
}


class SingerAirbyteSettings(Settings):
    """Which command is run, and how."""

    protocol: Literal["singer", "airbyte"]
    command: tuple[str, ...] = Field(min_length=1, max_length=64, repr=False)
    """Program and arguments; no shell. Paths are absolute: it runs in a folder of its own."""
    config_path: str | None = Field(None, min_length=1, max_length=4096, repr=False)
    """The tap's config file: JSON."""
    config_secret: SecretStr | None = None
    """The config itself, as JSON."""
    environment: tuple[str, ...] = Field(default=(), max_length=64)
    """Names of variables that the command is given; it gets no others but PATH, the locale and certificates."""
    records: int = Field(default=MOST, ge=1, le=MOST)
    """Records that are read of a stream at most."""
    catalog_option: Literal["--catalog", "--properties"] = "--catalog"
    """For `singer`: older taps take their catalogue as `--properties`."""
    start: Literal["from config", "whole"] = "from config"
    """`whole`: the start that the config names leaves no record out."""
    recent: str | None = Field(None, max_length=100)
    """`30 days`: of a stream with too many records, those of that time are asked for by its cursor."""

    @field_validator("recent")
    @classmethod
    def _is_a_duration(cls, told: str | None) -> str | None:
        try:
            if told is not None:
                parse_duration(told)
        except PlanError:
            raise ValueError("recent must be a duration like 30 days") from None
        return told

    @model_validator(mode="after")
    def _has_one_config(self) -> Self:
        if self.config_path is not None and self.config_secret is not None:
            raise ValueError("give a config_path, or a config_secret")
        if not all(_NAME.fullmatch(name) for name in self.environment):
            raise ValueError("environment lists names of variables, not their values")
        return self


@dataclass(slots=True)
class Tap:
    """A command that can be asked."""

    given: SingerAirbyteSettings
    command: Command
    options: tuple[str, ...] = field(repr=False)
    """The option that names its config."""
    runs: int = 0

    def streams(self) -> list[Stream]:
        """Ask what it has.

        Raises:
            Failed: it does not say.
        """
        self.runs += 1
        singer = self.given.protocol == "singer"
        with self.command.run(*((*self.options, "--discover") if singer else ("discover", *self.options))) as run:
            try:
                if singer:
                    return singer_streams(json.loads(run.text()))
                catalogs = [one.get("catalog") for one in _checked(run.lines()) if one.get("type") == "CATALOG"]
                return airbyte_streams(catalogs[-1] if catalogs else None)
            except (ValueError, RecursionError):
                raise Failed("the command gives no catalogue", "is its protocol right, and can it discover?") from None

    def read(self, stream: Stream, wanted: int, since: datetime | None = None) -> Records:
        """Ask for records of a stream, all or those since a moment, and end it when there are enough.

        Raises:
            Failed: it cannot give any.
        """
        self.runs += 1
        most, found = min(wanted, self.given.records), Records()
        asked = stream.selected if since is None else stream.onward
        catalog = str(written(self.command.folder, "catalog.json", json.dumps(asked)))
        singer = self.given.protocol == "singer"
        how = [self.given.catalog_option if singer else "--catalog", catalog]
        if since is not None and stream.cursor is not None:
            state = stream.beginning(spelt(since, stream.fields[(stream.cursor,)]))
            how += ["--state", str(written(self.command.folder, "state.json", json.dumps(state)))]
        records = _singer_records if singer else _airbyte_records
        with self.command.run(*(() if singer else ("read",)), *self.options, *how) as run:
            try:
                for record in records(run.lines(), stream):
                    if len(found.rows) >= most:
                        reason = f"over budget: more than {len(found.rows):,} records"
                        found.cut = Failed(reason, _MORE)
                        break
                    found.rows.append(record)
            except Failed as failed:
                if not found.rows:
                    raise
                found.cut = failed  # what came before is still a sample
            found.bytes = run.size
        return found


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from what the command gives.

    Raises:
        ConnectorError: it cannot be run, or does not say what it has.
    """
    given = SingerAirbyteSettings.model_validate(settings.model_dump())
    secret = given.config_secret.get_secret_value() if given.config_secret is not None else None
    config = _config(given, secret, context)
    with folder_of_its_own(secret) as (folder, place):
        path = place or (Path(given.config_path).expanduser().absolute() if given.config_path else None)
        words = resolved(given.command)
        command = Command(words, given.environment, context.budget.seconds, folder)
        tap = Tap(given, command, ("--config", str(path)) if path is not None else ())
        try:
            streams = tap.streams()
        except Failed as failed:
            raise ConnectorError(f"{context.source}: {failed.reason}; {failed.settle}") from None
        since = _SINCE if given.start != "whole" and _has_start(config) else None
        yield from answer(_service(tap, streams, since, context), tasks, context)


def _service(tap: Tap, streams: Sequence[Stream], since: Failed | None, context: Context) -> Service:
    tables = {}
    for stream in streams:

        def records(wanted: int, stream: Stream = stream) -> Records:
            return tap.read(stream, wanted)

        tables[stream.name] = Table(
            stream.name,
            stream.fields,
            records,
            described=stream.described,
            documented=stream.documented,
            since=since,
            recent=_recent(tap, stream, context),
        )
    given = tap.given
    product = "Singer tap" if given.protocol == "singer" else "Airbyte source"
    place = "\0".join((*given.command, given.config_path or "", context.source))
    namespace = f"{given.protocol}://" + hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    # What a credential may not read, a tap leaves out of its catalogue: absence proves nothing.
    return Service(product, namespace, "", "the tap's own", tables, _CLOSED, complete=False, queries=lambda: tap.runs)


def _recent(tap: Tap, stream: Stream, context: Context) -> Recent | None:
    if tap.given.recent is None or stream.cursor is None:
        return None
    begins = parse_duration(tap.given.recent).before(context.now)

    def records(wanted: int) -> Records:
        return tap.read(stream, wanted, begins)

    return Recent((stream.cursor,), records)


def _config(given: SingerAirbyteSettings, secret: str | None, context: Context) -> object:
    try:
        text = secret
        if given.config_path is not None:
            text = Path(given.config_path).expanduser().read_text(encoding="utf-8")
        return json.loads(text) if text is not None else {}
    except (OSError, RuntimeError, ValueError, RecursionError) as error:
        why = f"{context.source}: the config cannot be read ({type(error).__name__}); is it a file of JSON?"
        raise ConnectorError(why) from None


def _has_start(config: object) -> bool:
    match config:
        case Mapping():
            named = any(_START.search(_HUMP.sub("_", str(key)).lower()) and one for key, one in config.items())
            return named or any(_has_start(one) for one in config.values())
        case list():
            return any(_has_start(one) for one in config)
        case _:
            return False


def _singer_records(messages: Iterator[Mapping[str, Any]], stream: Stream) -> Iterator[Mapping[str, object]]:
    for message in messages:
        match message.get("type"):
            case "RECORD" if (None, message.get("stream")) in stream.called:
                record = message.get("record")
                if isinstance(record, Mapping):
                    yield record
            case "BATCH":
                raise Failed("the tap writes its records to files of its own", "give it a config without batches")


def _airbyte_records(messages: Iterator[Mapping[str, Any]], stream: Stream) -> Iterator[Mapping[str, object]]:
    for message in _checked(messages):
        record = message.get("record") if message.get("type") == "RECORD" else None
        if isinstance(record, Mapping) and (record.get("namespace") or None, record.get("stream")) in stream.called:
            data = record.get("data")
            if isinstance(data, Mapping):
                yield data


def _checked(messages: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Give messages, and fail with what the source traces of itself: a kind of a fixed list, no text."""
    for message in messages:
        traced = message.get("trace") if message.get("type") == "TRACE" else None
        if isinstance(traced, Mapping):
            error, status = traced.get("error"), traced.get("stream_status")
            if isinstance(error, Mapping):
                raise Failed(*_TRACED.get(str(error.get("failure_type")), _TRACED["system_error"]))
            if isinstance(status, Mapping) and status.get("status") == "INCOMPLETE":
                raise Failed("the source says that the stream is not complete", _BY_HAND)
        yield message


CONNECTOR = Connector("singer_airbyte", SingerAirbyteSettings, read, runs_commands=True)
