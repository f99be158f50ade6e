"""Buckets of S3: objects by pattern, how old they are, what deletes them, and who may read them.

See docs/connectors/s3.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, cast

from pydantic import BaseModel, Field

from connectors._aws.access import Guarded, access
from connectors._aws.s3_objects import OWN, Objects, Stored, listed
from connectors._aws.session import EVERYBODY, AwsSettings, Service, place_of, service, statements_of, unreachable
from connectors._files.dated import dated_folders
from connectors._key_patterns import spelt
from connectors._patterns import MAX_FILES, Found, matching, stem_and_ending
from connectors._sql import Failed, Session
from connectors._stores.index import Collection, Store, answer
from lineage.connector import Connector, Structure, Task
from lineage.context import Context
from lineage.duration import Duration
from lineage.facts import CostFact, Fact, GrantFact, JobFact, UnseenFact
from lineage.model import PUBLIC, Name, Principal

_RIGHTS: Final = {"select": ("s3:GetObject",), "insert": ("s3:PutObject",), "delete": ("s3:DeleteObject",)}
_EVERYBODY: Final = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
_LISTING: Final = ("READ", "FULL_CONTROL")
_TRIED: Final = 20
"""Objects of a dataset for which rights are worked out."""
_NONE: Final = {
    "get_bucket_lifecycle_configuration": ("NoSuchLifecycleConfiguration",),
    "get_bucket_policy": ("NoSuchBucketPolicy",),
    "get_public_access_block": ("NoSuchPublicAccessBlockConfiguration",),
}


class S3Settings(AwsSettings):
    """Which bucket, and where."""

    bucket: str = Field(pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
    prefix: str = Field("", max_length=1024, repr=False)
    """Only objects below it; its own name is left out of what a plan names."""


@dataclass(slots=True)
class Bucket:
    """A bucket that answered."""

    s3: Service
    settings: S3Settings
    context: Context
    datasets: Mapping[str, Objects]
    whole: bool
    """All its objects were looked at."""

    @property
    def namespace(self) -> str:
        """The bucket as OpenLineage names it; with its server where that is not Amazon's."""
        place = f"{place_of(self.settings)}/" if self.settings.endpoint else ""
        return f"s3://{place}{self.settings.bucket}"

    def told(self, operation: str) -> Mapping[str, Any]:
        """Ask for a setting of the bucket; nothing where it has none.

        Raises:
            Failed: it may not be asked for.
        """
        return self.s3.maybe(operation, _NONE.get(operation, ()), Bucket=self.settings.bucket)


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one bucket.

    Raises:
        ConnectorError: it cannot be read.
    """
    given = S3Settings.model_validate(settings.model_dump())
    s3, prefix = service(given, "s3", context), given.prefix
    try:
        files = listed(s3, given.bucket, prefix if not prefix or prefix.endswith("/") else f"{prefix}/")
    except Failed as failed:
        raise unreachable(context, failed) from None
    bucket = Bucket(s3, given, context, _datasets(s3, given.bucket, files, tasks), len(files) < MAX_FILES)
    identity = next((task.identity for task in tasks if isinstance(task, Structure)), None)
    unseen = []
    if len(files) >= MAX_FILES:
        unseen.append(Failed(f"more than {MAX_FILES:,} objects: the rest was not looked at", "name a longer prefix"))
    collections = {name: _collection(name, objects) for name, objects in bucket.datasets.items()}

    def more(session: Session) -> Iterator[Fact]:
        yield from _dated(bucket, collections, session)
        yield from _deletions(bucket, session)
        yield from _access(bucket, identity, session)

    store = Store(
        "Amazon S3", bucket.namespace, "", "access key", collections, None, tuple(unseen),
        records="records", every=True, more=more,
    )  # fmt: skip
    for fact in answer(store, tasks, context):
        match fact:
            case CostFact():
                yield replace(fact, queries=fact.queries + s3.queries)
            case _:
                yield fact


def _datasets(s3: Service, bucket: str, files: tuple[Found, ...], tasks: Sequence[Task]) -> Mapping[str, Objects]:
    wanted: set[str] = set()
    for task in tasks:
        if isinstance(task, Structure):
            wanted |= set(task.targets.values())
        else:
            joined = task.joined.values() if hasattr(task, "joined") else ()
            wanted |= {one.name.path[-1] for one in (task.relation, *joined)}
    found = {reads: some for reads in sorted(wanted) if (some := matching(files, reads))}
    taken = {file.parts for some in found.values() for file in some}
    for pattern, some in _told([file for file in files if file.parts not in taken], wanted).items():
        found.setdefault(pattern, some)
    return {name: Objects(s3, bucket, some) for name, some in found.items()}


def _told(files: Sequence[Found], named: Several[str]) -> Mapping[str, tuple[Found, ...]]:
    """Group objects that no plan names by what may be told of their keys, and by what they are."""
    groups: defaultdict[str, list[Found]] = defaultdict(list)
    by_ending: defaultdict[str, dict[str, Found]] = defaultdict(dict)
    for file in files:
        stem, ending = stem_and_ending(file.parts[-1])
        by_ending[ending]["/".join((*file.parts[:-1], stem))] = file
    written = [stem_and_ending(one)[0] for one in named]
    for ending, some in by_ending.items():
        for key, pattern in spelt(list(some), written).items():
            groups[pattern + ending].append(some[key])
    return {pattern: tuple(groups[pattern]) for pattern in sorted(groups)}


def _collection(name: str, objects: Objects) -> Collection:
    partly: list[Failed] = []
    fields, rows = dict(OWN), len(objects.files)
    try:
        keys, rows, whole = objects.learnt()
        fields |= keys.fields()
        partly.extend(keys.partly())
        if not whole:
            partly.append(
                Failed("its fields were learnt from a few of its objects", "name in the plan what others have")
            )
    except Failed as failed:
        partly.append(failed)
    return Collection(
        name,
        rows,
        fields,
        objects.pages,
        seekable=False,
        changed_at=datetime.fromtimestamp(max(file.changed for file in objects.files), UTC),
        changed_by="object time",
        size_bytes=sum(file.size for file in objects.files),
        stamped=frozenset({("modified_at",)}),
        partly=tuple(partly),
        behind=objects.behind,
    )


def _dated(bucket: Bucket, collections: Mapping[str, Collection], session: Session) -> Iterator[Fact]:
    """Tell the times that objects lie in folders by; of a bucket of too many objects the newest may be unseen."""
    for name, objects in bucket.datasets.items() if bucket.whole else ():
        fields = {path[0] for path in collections[name].fields}
        on, now = Name(bucket.namespace, (name,)), bucket.context.now
        told = dated_folders(session.seen("keys"), on, objects.files, objects.holds_a_record, fields, now)
        if told is not None:
            yield told


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of a lifecycle: which objects it deletes, and when."""

    prefix: str
    narrowed: bool
    """By tags or sizes: whether it holds for an object is not looked at."""
    days: int | None
    versions: int | None
    """Days after which a version that is no longer the current one goes."""

    def covers(self, key: str) -> bool:
        return not self.narrowed and key.startswith(self.prefix)


def _deletions(bucket: Bucket, session: Session) -> Iterator[Fact]:
    """Tell what the lifecycle deletes; in a bucket with versions, that is only the current one until those go too."""
    seen = session.seen("lifecycle")
    try:
        told = bucket.told("get_bucket_lifecycle_configuration").get("Rules", ())
        versioned = "Status" in bucket.told("get_bucket_versioning")
    except Failed as failed:
        settle = "allow s3:GetLifecycleConfiguration and s3:GetBucketVersioning to the auditor"
        yield UnseenFact(seen, "definition", f"what deletes objects: {failed.reason}", settle)
        return
    rules = [_rule(one) for one in told if one.get("Status") == "Enabled"]
    for name, objects in bucket.datasets.items():
        on, keeps, spares = Name(bucket.namespace, (name,)), [], 0
        for file in objects.files:
            age = _age(rules, cast("Stored", file.path).key, versioned=versioned)
            if age is None:
                spares += 1
            else:
                keeps.append(age)
        longest = Duration(seconds=86_400 * max(keeps)) if keeps else None
        since = on.at("modified_at")
        looked = None if bucket.whole and objects.files else len(objects.files)
        yield JobFact(seen, "lifecycle", "every day", (on,), keeps=longest, since=since, spares=spares, looked=looked)


def _rule(told: Mapping[str, Any]) -> _Rule:
    narrow = told.get("Filter") or {}
    both = narrow.get("And") or {}
    prefix = narrow.get("Prefix") or both.get("Prefix") or told.get("Prefix") or ""
    narrowed = bool(set(narrow) - {"Prefix", "And"} or set(both) - {"Prefix"})
    days = (told.get("Expiration") or {}).get("Days")
    versions = (told.get("NoncurrentVersionExpiration") or {}).get("NoncurrentDays")
    return _Rule(str(prefix), narrowed, days, versions)


def _age(rules: Sequence[_Rule], key: str, *, versioned: bool) -> int | None:
    meant = [rule for rule in rules if rule.covers(key)]
    days = min((rule.days for rule in meant if rule.days is not None), default=None)
    versions = min((rule.versions for rule in meant if rule.versions is not None), default=None)
    if days is None or not versioned:
        return days
    return days + versions if versions is not None else None


def _access(bucket: Bucket, identity: str | None, session: Session) -> Iterator[Fact]:
    seen = session.seen("policies")
    try:
        blocked = bucket.told("get_public_access_block").get("PublicAccessBlockConfiguration", {})
        policy = statements_of(bucket.told("get_bucket_policy").get("Policy", ""))
        grants = bucket.told("get_bucket_acl").get("Grants", ())
    except Failed as failed:
        settle = "allow s3:GetBucketPolicy, s3:GetBucketAcl and s3:GetBucketPublicAccessBlock to the auditor"
        yield UnseenFact(seen, "access", failed.reason, settle)
        return
    if blocked.get("RestrictPublicBuckets"):
        policy = tuple(one for one in policy if not (one.allows and EVERYBODY in one.principals))
    lists = [one for one in grants if one.get("Grantee", {}).get("URI") in _EVERYBODY]
    if any(one.get("Permission") in _LISTING for one in lists) and not blocked.get("IgnorePublicAcls"):
        # Such an entry opens the bucket's list of keys, not its objects.
        for name in bucket.datasets:
            on = Name(bucket.namespace, (name,)).at("object")
            yield GrantFact(seen, Principal(bucket.namespace, PUBLIC), on, "select")
    arn = f"arn:aws:s3:::{bucket.settings.bucket}/"
    guarded = []
    for name, objects in bucket.datasets.items():
        some = objects.files[:: -(-len(objects.files) // _TRIED)]
        resources = tuple(arn + cast("Stored", file.path).key for file in some)
        guarded.append(Guarded(Name(bucket.namespace, (name,)), resources))
    iam = service(bucket.settings, "iam", bucket.context) if identity is not None else None
    yield from access(bucket.namespace, guarded, _RIGHTS, policy, iam, identity, session)
    if iam is not None:
        bucket.s3.queries += iam.queries


CONNECTOR = Connector("s3", S3Settings, read)
