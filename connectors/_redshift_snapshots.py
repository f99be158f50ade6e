"""What a cluster of Redshift keeps of deleted rows: snapshots that it takes by itself, those of people, and copies.

None of it is told by SQL: AWS is asked, where the plan names the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from connectors._aws.session import AwsSettings, Service, service
from connectors._sql import Failed
from lineage.context import Context
from lineage.duration import Duration
from lineage.errors import ConnectorError

Kept = tuple[str, Duration | None]
"""By what deleted rows can be had back, and for how long; None: for ever."""
NOT_ASKED: Final = Failed(
    "snapshots of the cluster are not told by SQL",
    "name the connector's `cluster`, and allow describe_clusters and describe_cluster_snapshots to who scans",
)
_DAY: Final = 86_400
_MOST: Final = 10_000
_COPIES: Final = "snapshots copied to another region"


def snapshots_of(cluster: str, settings: AwsSettings, context: Context) -> tuple[list[Kept], int]:
    """Give what a cluster's snapshots keep, and how often AWS was asked.

    Raises:
        Failed: AWS does not say, with a code or class only.
    """
    try:
        aws = service(settings, "redshift", context)
    except ConnectorError as error:
        reason, _, settle = str(error).removeprefix(f"{context.source}: ").partition("; ")
        raise Failed(f"snapshots of the cluster: {reason}", settle) from None
    try:
        return list(_kept(aws, cluster)), aws.queries
    except Failed as failed:
        raise Failed(f"snapshots of the cluster: {failed.reason}", failed.settle) from None


def _kept(aws: Service, cluster: str) -> Iterator[Kept]:
    found = aws.ask("describe_clusters", ClusterIdentifier=cluster).get("Clusters") or ()
    if not found:
        raise Failed("there is no such cluster", "is the connector's `cluster` right?")
    yield from _automated(found[0])
    longest: float = 0
    for number, one in enumerate(_manual(aws, cluster)):
        if number >= _MOST:
            raise Failed(f"more than {_MOST:,} of them", "delete what is not needed")
        days = one.get("ManualSnapshotRetentionPeriod")
        # Without a number, and with -1, a person's snapshot stays until somebody deletes it.
        longest = max(longest, days if isinstance(days, int) and days >= 0 else float("inf"))
    if longest:
        yield "manual snapshots", None if longest == float("inf") else Duration(seconds=longest * _DAY)


def _automated(told: Mapping[str, Any]) -> Iterator[Kept]:
    days = told.get("AutomatedSnapshotRetentionPeriod")
    if isinstance(days, int) and days > 0:
        yield "automated snapshots", Duration(seconds=days * _DAY)
    copies = told.get("ClusterSnapshotCopyStatus") or {}
    if (kept := copies.get("RetentionPeriod")) is not None:
        yield _COPIES, Duration(seconds=int(kept) * _DAY)
    if (kept := copies.get("ManualSnapshotRetentionPeriod")) is not None:
        yield f"manual {_COPIES}", None if int(kept) < 0 else Duration(seconds=int(kept) * _DAY)


def _manual(aws: Service, cluster: str) -> Iterator[Mapping[str, Any]]:
    asked = {"ClusterIdentifier": cluster, "SnapshotType": "manual"}
    for page in aws.pages("describe_cluster_snapshots", **asked):
        for one in page.get("Snapshots") or ():
            if one.get("SnapshotType", "manual") == "manual" and one.get("ClusterIdentifier") == cluster:
                yield one
