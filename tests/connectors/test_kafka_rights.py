"""Access control lists of Kafka, by values of the client's own: what they allow, and whom they show every topic."""

from __future__ import annotations

from typing import Any

import pytest

from connectors._kafka.rights import Allowed, allowed_by, shows_all


def test_access_control_lists_become_rights_where_they_only_allow() -> None:
    from confluent_kafka import admin as of_client

    admin: Any = of_client

    def line(name: str, prefixed: bool, operation: Any, host: str = "*", allow: bool = True) -> Any:
        kinds = admin.ResourcePatternType
        pattern = kinds.PREFIXED if prefixed else kinds.LITERAL
        may = admin.AclPermissionType.ALLOW if allow else admin.AclPermissionType.DENY
        return admin.AclBinding(admin.ResourceType.TOPIC, name, pattern, "User:ai", host, operation, may)

    read_all, hard = allowed_by(
        [line("ord", True, admin.AclOperation.READ), line("*", False, admin.AclOperation.WRITE)]
    )

    assert not hard
    assert [(one.operation, one.covers("orders"), one.covers("users")) for one in read_all] == [
        ("READ", True, False),
        ("WRITE", True, True),
    ]
    assert allowed_by([line("orders", False, admin.AclOperation.READ, host="10.0.0.1")])[1]
    assert allowed_by([line("orders", False, admin.AclOperation.READ, allow=False)])[1]


@pytest.mark.parametrize(
    ("line", "login", "all_shown"),
    [
        (Allowed("User:ann", "READ", "*", prefix=False), "ann", True),
        (Allowed("User:*", "DESCRIBE", "*", prefix=False), None, True),
        (Allowed("User:ann", "READ", "*", prefix=False), "bob", False),
        (Allowed("User:ann", "READ", "orders", prefix=True), "ann", False),
        (Allowed("User:ann", "DESCRIBE_CONFIGS", "*", prefix=False), "ann", False),
    ],
)
def test_who_may_describe_every_topic_is_shown_every_topic(line: Allowed, login: str | None, all_shown: bool) -> None:
    assert shows_all([line], login) is all_shown
