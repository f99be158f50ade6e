"""What connectors to AWS share: a client that is asked within bounds, errors as codes, and who a policy lets in.

No answer is in an error: a code of AWS is told, its message is not.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final, Self

from pydantic import Field, SecretStr, model_validator

from connectors._sql import Failed
from lineage.connector import Settings
from lineage.context import Context
from lineage.errors import ConnectorError

_TALKERS: Final = ("boto3", "botocore", "urllib3", "s3transfer")
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,79}")
_DENIED: Final = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403")
_WAY: Final = "are the connector's region, endpoint and credentials right?"
EVERYBODY: Final = "*"


class AwsSettings(Settings):
    """How a service of AWS is reached."""

    region: str = Field("us-east-1", pattern=r"[a-z0-9-]{1,40}")
    endpoint: str | None = Field(None, max_length=1024)
    """A server that is not Amazon's."""
    key: SecretStr | None = None
    """An access key; without one, what the environment holds is used."""
    secret: SecretStr | None = None

    @model_validator(mode="after")
    def _names_both(self) -> Self:
        if (self.key is None) != (self.secret is None):
            raise ValueError("give key and secret, or neither")
        return self


@dataclass(slots=True)
class Service:
    """A client of one service, and an account of what it was asked."""

    client: Any = field(repr=False)
    queries: int = 0

    def ask(self, operation: str, **given: Any) -> Any:
        """Ask once.

        Raises:
            Failed: with a code or class only.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        self.queries += 1
        try:
            return getattr(self.client, operation)(**given)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            raise _failed(code if _CODE.fullmatch(code) else "ClientError", operation) from None
        except (BotoCoreError, OSError, ValueError, TypeError) as error:
            why = f"the service does not answer ({type(error).__name__})"
            raise Failed(why, "make it reachable and scan again", final=True) from None

    def maybe(self, operation: str, absent: Sequence[str], **given: Any) -> Mapping[str, Any]:
        """Ask for a setting that need not be there; nothing where it is not.

        Raises:
            Failed: for any other reason.
        """
        try:
            found: Mapping[str, Any] = self.ask(operation, **given)
        except Failed as failed:
            if any(f"({code})" in failed.reason for code in absent):
                return {}
            raise
        return found

    def pages(self, operation: str, **given: Any) -> Iterator[Mapping[str, Any]]:
        """Ask page by page.

        Raises:
            Failed: with a code or class only.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            for page in self.client.get_paginator(operation).paginate(**given):
                self.queries += 1
                yield page
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            raise _failed(code if _CODE.fullmatch(code) else "ClientError", operation) from None
        except (BotoCoreError, OSError, ValueError, TypeError) as error:
            why = f"the service does not answer ({type(error).__name__})"
            raise Failed(why, "make it reachable and scan again", final=True) from None


def service(settings: AwsSettings, name: str, context: Context) -> Service:
    """Make a client of a service; nothing is asked yet.

    Raises:
        ConnectorError: boto3 is not installed, or it refuses the settings.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError:
        raise ConnectorError(f"{context.source}: boto3 is not installed; install lineage-audit[aws]") from None
    for talker in _TALKERS:
        # What they log quotes keys and answers.
        logging.getLogger(talker).setLevel(logging.WARNING)
    seconds = max(1, int(context.budget.seconds))
    patience = Config(
        connect_timeout=min(10, seconds),
        read_timeout=seconds,
        retries={"max_attempts": 1},
        s3={"addressing_style": "path"} if settings.endpoint else None,
    )
    try:
        client = boto3.session.Session().client(
            name,
            region_name=settings.region,
            endpoint_url=settings.endpoint,
            aws_access_key_id=settings.key.get_secret_value() if settings.key else None,
            aws_secret_access_key=settings.secret.get_secret_value() if settings.secret else None,
            config=patience,
        )
    except (BotoCoreError, ValueError) as error:
        raise ConnectorError(f"{context.source}: AWS refuses the settings ({type(error).__name__}); {_WAY}") from None
    return Service(client)


def unreachable(context: Context, failed: Failed) -> ConnectorError:
    """Give the error that a service could not be read at all."""
    return ConnectorError(f"{context.source}: {failed.reason}; {_WAY}")


def place_of(settings: AwsSettings) -> str:
    """Give where a service is, without credentials."""
    host = re.sub(r"^\w+://", "", settings.endpoint or "").rpartition("@")[2].partition("/")[0]
    return host or settings.region


def _failed(code: str, operation: str) -> Failed:
    if code in _DENIED:
        return Failed(f"permission denied ({code})", f"allow {operation} to the identity that scans")
    return Failed(f"refused ({code})", "is what the plan names there? mend it and scan again")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a policy, without the values of its conditions."""

    allows: bool
    principals: tuple[str, ...]
    """ARNs, account ids or `*`; empty in a policy of an identity."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditional: bool
    inverted: bool
    """It speaks of all but what it names: what it means for one thing is not decided here."""

    def covers(self, action: str, resource: str) -> bool:
        """Say whether it speaks of an action on a resource."""
        return any(fnmatchcase(action.lower(), _glob(one).lower()) for one in self.actions) and any(
            fnmatchcase(resource, _glob(one)) for one in self.resources
        )


def statements_of(document: object) -> tuple[Statement, ...]:
    """Read a policy; what is none has no statements."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return ()
    told = document.get("Statement", ()) if isinstance(document, Mapping) else ()
    return tuple(_statement(one) for one in ([told] if isinstance(told, Mapping) else told) if isinstance(one, Mapping))


def _statement(told: Mapping[str, Any]) -> Statement:
    principal = told.get("Principal", ())
    if isinstance(principal, Mapping):
        principal = [name for kind, names in principal.items() if kind == "AWS" for name in _several(names)]
    return Statement(
        told.get("Effect") == "Allow",
        _several(principal),
        _several(told.get("Action", ())),
        _several(told.get("Resource", ())),
        bool(told.get("Condition")),
        any(key in told for key in ("NotPrincipal", "NotAction", "NotResource")),
    )


def _several(told: object) -> tuple[str, ...]:
    if isinstance(told, str):
        return (told,)
    return tuple(one for one in told if isinstance(one, str)) if isinstance(told, list | tuple) else ()


def _glob(text: str) -> str:
    return text.replace("[", "[[]")


@dataclass(frozen=True, slots=True)
class Caller:
    """An identity of AWS: its ARN, and the statements of its own policies."""

    arn: str
    statements: tuple[Statement, ...]


def caller(iam: Service, identity: str) -> Caller | None:
    """Give a role or user with its policies; None where there is none of that name.

    Raises:
        Failed: it may not be read.
    """
    name, absent = identity.rpartition("/")[2], ("NoSuchEntity",)
    for kind in ("role", "user"):
        found = iam.maybe(f"get_{kind}", absent, **{f"{kind.capitalize()}Name": name}).get(kind.capitalize())
        if found and identity in {name, found["Arn"]}:
            return Caller(found["Arn"], tuple(_own_statements(iam, kind, name)))
    return None


def _own_statements(iam: Service, kind: str, name: str) -> Iterator[Statement]:
    whose = {f"{kind.capitalize()}Name": name}
    for page in iam.pages(f"list_{kind}_policies", **whose):
        for policy in page["PolicyNames"]:
            yield from statements_of(iam.ask(f"get_{kind}_policy", **whose, PolicyName=policy)["PolicyDocument"])
    for page in iam.pages(f"list_attached_{kind}_policies", **whose):
        for policy in page["AttachedPolicies"]:
            version = iam.ask("get_policy", PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
            document = iam.ask("get_policy_version", PolicyArn=policy["PolicyArn"], VersionId=version)
            yield from statements_of(document["PolicyVersion"]["Document"])
    if kind == "user":
        for page in iam.pages("list_groups_for_user", **whose):
            for group in page["Groups"]:
                yield from _own_statements(iam, "group", group["GroupName"])
