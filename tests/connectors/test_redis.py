"""Keys of Redis and Valkey, at servers that run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Sample, Structure
from lineage.facts import (
    AbsentFact,
    CostFact,
    DatasetFact,
    Fact,
    FieldFact,
    GrantFact,
    JobFact,
    LabelFact,
    LookFact,
    MemberFact,
    PrincipalFact,
    ResolvedFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import DatasetId, Verdict
from lineage.plan.model import Budget
from lineage.report import Report
from lineage.testing import World, assumption, fired, verdict
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    read,
    relation_of,
)
from tests.connectors.redis_servers import PASSWORD, SERVERS, binary, emptied, running

PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  state:
    connector: {type: redis, url: "${STATE_URL}"}
    IDENTITY
    datasets:
      sessions:
        reads: "session:*"
        key: key
        keep: {limit: 2 days BY}
        fields: {key: required, region: required}
steps: {draft: {reads: {state.sessions: all}, to: prompt}}
rollout: [{stage: first}]
"""
ENDLESS, LONGER, ENFORCED = (
    "retention/endless-default",
    "retention/longer-than-declared",
    "retention/unenforced-retention",
)
SESSIONS = DatasetId("s.sessions")


@pytest.fixture(scope="module", params=SERVERS)
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    program = binary(request.param)
    if program is None:
        pytest.skip(f"no {request.param}-server here")
    with running(program) as port:
        yield port


@pytest.fixture
def client(port: int) -> Any:
    return emptied(port)


def contacts(client: Any) -> None:
    for row in ROWS:
        told = {
            key: value for key, value in zip(("id", "region", "email", "at"), row, strict=True) if value is not None
        }
        client.hset(f"contacts:{row[0]}", mapping=told)


def state_of(client: Any) -> object:
    return sorted((key, client.dump(key), client.ttl(key)) for key in client.scan_iter())


def sessions(client: Any, number: int = 3, seconds: int | None = 3_600) -> None:
    for each in range(number):
        client.hset(f"session:{each}", mapping={"region": "EU", "mail": f"anna{each}@x.example"})
        if seconds is not None:
            client.expire(f"session:{each}", seconds)


def audited(folder: Path, port: int, by: str = "", identity: str = "", rules: Sequence[str] = ()) -> Report:
    from lineage import registry

    plan = PLAN.replace(" BY}", f", by: {by}}}" if by else "}").replace(
        "IDENTITY", identity and f"identity: {identity}"
    )
    chosen = [one for one in registry.rules() if one.id in rules] if rules else None
    return World(folder).url("state", f"redis://127.0.0.1:{port}/0").audit(plan, rules=chosen)


class TestRedisLaws(ConnectorLaws):
    kind = "redis"

    @pytest.fixture(autouse=True)
    def _at(self, port: int, client: Any) -> None:
        self.port, self.client = port, client

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        contacts(self.client)
        self.client.hset("odd:1", mapping=dict.fromkeys(ODD_COLUMNS, MARKER))
        self.client.hset("odd:2", mapping={f"{MARKER}@x-example": MARKER})
        self.client.set(MARKER, MARKER)
        self.client.rpush(f"{MARKER}:list:{MARKER}", MARKER)
        self.client.execute_command("ACL", "SETUSER", "default", "resetpass", f">{PASSWORD}")
        url = f"redis://default:{PASSWORD}@127.0.0.1:{self.port}/0"
        targets = {CONTACTS: "contacts:*", ODD: "odd:*"}
        return System({"url": url}, targets, lambda: state_of(self.client), (PASSWORD, url))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - as the laws call it
        return System({"url": f"redis://127.0.0.1:{self.port}/0"})

    def refused(self, system: System) -> Sequence[System]:  # noqa: ARG002 - the server's
        return [System({"url": f"redis://default:{MARKER}@127.0.0.1:{self.port}/0"}, secrets=(MARKER,))]

    def rightless(self, system: System) -> Sequence[System]:  # noqa: ARG002 - the server's
        self.client.execute_command("ACL", "SETUSER", "blind", "on", ">blind", "+ping", "~*")
        looks = ("+ping", "+scan", "+type", "+pttl", "+object|idletime", "+info")
        self.client.execute_command("ACL", "SETUSER", "outside", "on", ">outside", *looks, "~*")
        return [System({"url": f"redis://{name}:{name}@127.0.0.1:{self.port}/0"}) for name in ("blind", "outside")]

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        self.client.execute_command("ACL", "SETUSER", "weak", "on", ">weak", "+ping", "~*")
        return [
            System({"url": f"redis://:{MARKER}@127.0.0.1:1/0"}, secrets=(MARKER,)),
            System({"url": f"redis://nobody:{MARKER}@127.0.0.1:{self.port}/0"}, secrets=(MARKER,)),
            System({"url": f"redis://weak:weak@127.0.0.1:{self.port}/0"}),
            System({"url": f"redis://127.0.0.1:{self.port}/99999"}),
            System({"url": f"http://{MARKER}"}),
            System({"url": f"redis://127.0.0.1:{self.port}/0?username={MARKER}"}),
            System({"url": f"redis://127.0.0.1:{MARKER}/0"}),
        ]


def structure(port: int, reads: str = "session:*", **given: Any) -> list[Fact]:
    settings = {"url": f"redis://{given.get('login', '')}127.0.0.1:{port}/0"}
    return read("redis", settings, [Structure({SESSIONS: reads})])


def told(facts: Sequence[Fact], kind: type) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def test_keys_that_no_plan_names_are_told_by_patterns_without_values(port: int, client: Any) -> None:
    for number in range(30):
        client.hset(f"user:anna{number}@x.example:profile", mapping={"city": "Bonn"})
        client.hset(f"user:anna{number}@x.example:prefs", mapping={"dark": "1"})
        client.set(f"cart:{chr(97 + number % 26)}nna", "1")
    client.set("schmidt", "1")
    client.set("anna:cart", "1")
    client.set("anna:prefs", "1")

    facts = structure(port)

    assert {fact.name.path[0] for fact in told(facts, DatasetFact)} == {
        "user:*:profile",
        "user:*:prefs",
        "cart:*",
        "*",
    }
    assert "anna" not in repr(facts)
    assert "schmidt" not in repr(facts)


def test_fields_come_from_hashes_json_and_streams(port: int, client: Any) -> None:
    client.hset("session:1", mapping={"region": "EU"})
    client.set("session:2", '{"device": {"os": "x"}, "clicks": 3}')
    client.set("session:3", "plain")
    client.xadd("session:4", {"event": "login"})
    client.sadd("session:5", "a", "b")
    client.zadd("session:6", {"a": 1})
    client.lpush("session:7", "a")

    facts = structure(port)

    fields = {".".join(fact.name.field): fact.type for fact in told(facts, FieldFact)}
    assert fields == {
        "key": "VARCHAR",
        "type": "VARCHAR",
        "expires_at": "TIMESTAMP WITH TIME ZONE",
        "accessed_at": "TIMESTAMP WITH TIME ZONE",
        "added_at": "TIMESTAMP WITH TIME ZONE",
        "clicks": "BIGINT",
        "device.os": "VARCHAR",
        "event": "VARCHAR",
        "region": "VARCHAR",
        "value": "VARCHAR",
    }
    [dataset] = told(facts, DatasetFact)
    assert dataset.rows_estimate == 7
    [system] = told(facts, SystemFact)
    assert (system.product, system.namespace) in {
        ("Valkey", f"redis://127.0.0.1:{port}/0"),
        ("Redis", f"redis://127.0.0.1:{port}/0"),
    }


def test_personal_data_in_keys_is_seen(port: int, client: Any) -> None:
    for number in range(5):
        client.set(f"session:anna{number}@x.example", "1")
    relation = relation_of(structure(port), SESSIONS)

    facts = read("redis", {"url": f"redis://127.0.0.1:{port}/0"}, [Sample(relation, None, None)])

    assert [(fact.name.field, fact.hits) for fact in told(facts, LabelFact)] == [(("key",), 5)]


def test_reading_does_not_count_as_a_use(port: int, client: Any) -> None:
    if "valkey_version" not in client.info("server"):
        pytest.skip("Redis before 7.2 counts every read as a use")
    sessions(client)
    time.sleep(2.1)
    relation = relation_of(structure(port), SESSIONS)

    read("redis", {"url": f"redis://127.0.0.1:{port}/0"}, [Sample(relation, None, None)])

    assert client.object("idletime", "session:1") >= 2


def test_keys_without_a_time_to_live_break_a_promise(tmp_path: Path, port: int, client: Any) -> None:
    sessions(client)
    client.hset("session:forgotten", mapping={"region": "EU"})

    report = audited(tmp_path, port)

    assert fired(report) & {ENDLESS, LONGER, ENFORCED} == {ENDLESS}
    assert "1 of its records have no end" in assumption(report, "keep.limit").says
    told = {read.rung.value: read.verdict for kept in report.kept for read in kept.rungs}
    assert (told["configured"], told["enforced"]) == (Verdict.BROKEN, Verdict.UNVERIFIED)
    assert fired(audited(tmp_path, port, by="ttl")) & {ENDLESS, LONGER} == {ENDLESS}


def test_keys_that_all_end_in_time_hold_it(tmp_path: Path, port: int, client: Any) -> None:
    sessions(client)

    report = audited(tmp_path, port, by="ttl", rules=(ENDLESS, LONGER, ENFORCED))

    assert not fired(report) & {ENDLESS, LONGER, ENFORCED}
    assert verdict(report, "keep.by") is Verdict.HELD
    assert verdict(report, "keep.limit") is Verdict.HELD


def test_keys_that_were_not_all_looked_at_hold_nothing(
    tmp_path: Path, port: int, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors._redis.keys.MAX_KEYS", 100)
    sessions(client, 3_000)
    client.set("worker", "1")
    rules = (ENDLESS, LONGER, ENFORCED)

    partly = [audited(tmp_path / f"partly{by}", port, by=by, rules=rules) for by in ("ttl", "")]
    client.delete("worker")
    ending = audited(tmp_path / "ending", port, by="ttl", rules=rules)

    assert [fired(report) for report in (*partly, ending)] == [set()] * 3
    assert [verdict(report, "keep.limit") for report in partly] == [Verdict.UNVERIFIED] * 2
    assert verdict(partly[0], "keep.by") is Verdict.UNVERIFIED
    by = assumption(partly[0], "keep.by")
    assert "not all records were looked at, none of 100 is without an end" in by.says
    assert "the source's budget" in by.settle
    # The server itself counts how many of its keys end.
    assert verdict(ending, "keep.by") is Verdict.HELD


def test_a_time_to_live_that_is_longer_than_the_promise_breaks_it(tmp_path: Path, port: int, client: Any) -> None:
    sessions(client, seconds=9 * 86_400)

    report = audited(tmp_path, port, by="ttl")

    assert fired(report) & {ENDLESS, LONGER, ENFORCED} == {LONGER}


def test_eviction_is_told_and_proves_no_limit(tmp_path: Path, port: int, client: Any) -> None:
    sessions(client, seconds=None)
    client.config_set("maxmemory", "100mb")
    client.config_set("maxmemory-policy", "allkeys-lru")

    jobs = told(structure(port), JobFact)
    report = audited(tmp_path, port)

    assert {(job.name, job.spares) for job in jobs} == {("ttl", 3), ("eviction (allkeys-lru)", 3)}
    assert ENDLESS in fired(report)


def test_users_may_read_what_the_server_says_they_may(port: int, client: Any) -> None:
    sessions(client)
    for number in range(20):
        client.set(f"secret:{number}", "x")
    client.execute_command("ACL", "SETUSER", "default", "resetpass", f">{PASSWORD}")
    client.execute_command("ACL", "SETUSER", "agent", "on", ">agent", "~session:*", "+@read", "-@dangerous")
    client.execute_command("ACL", "SETUSER", "writer", "on", ">w", "%W~session:*", "+@all")
    client.execute_command("ACL", "SETUSER", "gone", "off", "~*", "+@all")

    facts = structure(port, login=f":{PASSWORD}@")

    grants = {(fact.holder.name, fact.on.path, fact.right) for fact in told(facts, GrantFact)}
    assert grants == {
        ("PUBLIC", (), "usage"),
        ("agent", ("session:*",), "select"),
        ("writer", ("session:*",), "insert"),
        ("writer", ("session:*",), "delete"),
        *(
            ("default", (pattern,), right)
            for pattern in ("session:*", "secret:*")
            for right in ("select", "insert", "delete")
        ),
    }
    attributes = {fact.principal.name: fact.attributes for fact in told(facts, PrincipalFact)}
    assert attributes == {name: {"login"} for name in ("agent", "default", "writer")} | {"gone": frozenset()}
    assert told(facts, MemberFact) == []
    assert "passwords" not in repr(facts)


def test_a_default_user_without_a_password_lends_its_rights(port: int, client: Any) -> None:
    sessions(client)
    client.execute_command("ACL", "SETUSER", "agent", "on", ">agent", "~session:*", "+@read")

    members = told(structure(port), MemberFact)

    assert [(fact.member.name, fact.of.name, fact.inherits, fact.switchable) for fact in members] == [
        ("agent", "default", False, True)
    ]


def test_a_user_that_reads_a_part_of_the_keys_is_told(port: int, client: Any) -> None:
    sessions(client)
    client.execute_command("ACL", "SETUSER", "agent", "on", ">agent", "~session:1", "+@read")

    unseen = [fact.reason for fact in told(structure(port), UnseenFact) if fact.what == "access"]

    assert unseen == ["agent may read 1 of 3 keys of it"]


def test_reach_that_was_not_declared_is_found(tmp_path: Path, port: int, client: Any) -> None:
    sessions(client)
    for number in range(20):
        client.hset(f"secret:{number}", mapping={"x": "1"})
    client.execute_command("ACL", "SETUSER", "agent", "on", ">agent", "~session:*", "~secret:*", "+@read")
    client.execute_command("ACL", "SETUSER", "least", "on", ">least", "~session:*", "+@read")
    client.execute_command("ACL", "SETUSER", "blind", "on", ">blind", "~other:*", "+@read")
    rules = ("access/over-grant-dataset", "access/under-grant")

    wide, least, blind = (audited(tmp_path, port, identity=who, rules=rules) for who in ("agent", "least", "blind"))

    assert [fired(report) for report in (wide, least, blind)] == [{rules[0]}, set(), {rules[1]}]
    told_fixes = [one.judgement.fixes[0].patch for report in (wide, blind) for one in report.findings]
    assert told_fixes == ['take select from "agent" on "secret:*"', 'allow "blind" to read "session:*"']
    assert not [*wide.failures, *least.failures, *blind.failures]


def test_an_account_without_rights_on_the_list_says_so(port: int, client: Any) -> None:
    sessions(client)
    client.execute_command("ACL", "SETUSER", "auditor", "on", ">auditor", "~*", "+@read", "+@connection", "+info")

    facts = structure(port, login="auditor:auditor@")

    assert told(facts, GrantFact) == []
    assert any(fact.what == "access" and "NOPERM" in fact.reason for fact in told(facts, UnseenFact))
    assert told(facts, DatasetFact)


def test_the_least_rights_of_the_page_are_enough(port: int, client: Any) -> None:
    sessions(client)
    client.xadd("session:stream", {"event": "login"})
    page = (Path(__file__).parents[2] / "docs" / "connectors" / "redis.md").read_text()
    [given] = [line.split()[6:] for line in page.splitlines() if line.startswith("ACL SETUSER auditor")]
    client.execute_command("ACL", "SETUSER", "auditor", "on", ">auditor", "~*", *given)
    settings = {"url": f"redis://auditor:auditor@127.0.0.1:{port}/0"}
    facts = structure(port, login="auditor:auditor@")

    sampled = read("redis", settings, [Sample(relation_of(facts, SESSIONS), None, None)])

    assert told([*facts, *sampled], UnseenFact) == []
    assert told(facts, GrantFact)
    assert told(sampled, LookFact)


def test_many_keys_are_looked_at_within_bounds(port: int, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions(client, 3_000)
    monkeypatch.setattr("connectors._redis.keys.MAX_KEYS", 1_000)

    facts = structure(port)

    assert any("the rest was not looked at" in fact.reason for fact in told(facts, UnseenFact))
    assert [fact.rows_estimate for fact in told(facts, DatasetFact)] == [1_000]
    relation = relation_of(facts, SESSIONS)
    sampled = read(
        "redis",
        {"url": f"redis://127.0.0.1:{port}/0"},
        [Sample(relation, None, None)],
        context_of(budget=Budget(sample=50)),
    )
    assert {fact.rows_looked for fact in told(sampled, LookFact)} == {50}
    assert any(fact.what == "sample" for fact in told(sampled, UnseenFact))
    [cost] = told(facts, CostFact)
    assert cost.queries < 12_000


def test_what_a_plan_names_is_sought_beyond_the_bound_and_never_told_absent(
    port: int, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions(client, 2_000)
    client.hset("rare:[1]", mapping={"region": "EU"})
    client.set("only", "x")
    monkeypatch.setattr("connectors._redis.keys.MAX_KEYS", 10)
    names = {f"s.d{number}": reads for number, reads in enumerate(("rare:[?]", "only", "none:*", "a\x00b"))}

    targets = {DatasetId(name): reads for name, reads in names.items()}
    facts = read("redis", {"url": f"redis://127.0.0.1:{port}/0"}, [Structure(targets)])

    assert {names[one.dataset] for one in told(facts, ResolvedFact)} == {"rare:[?]", "only"}
    assert {(names[one.dataset], one.proven) for one in told(facts, AbsentFact)} == {
        ("none:*", False),
        ("a\x00b", False),
    }
