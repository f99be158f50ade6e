"""Contracts of the Open Data Contract Standard, read."""

import pytest

from lineage.duration import Duration
from lineage.errors import PlanError
from lineage.odcs import read_contract

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: contacts-product
version: 2.1.0
status: active
team:
  members:
    - {username: crm-owner@acme.example, role: Owner}
servers:
  - {server: prod, type: postgresql, host: db.acme.example, port: 5432, database: crm, schema: ai}
schema:
  - name: contacts
    physicalName: contacts_v
    properties:
      - {name: tenant, logicalType: integer, primaryKey: true, primaryKeyPosition: 2}
      - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
      - name: email
        physicalName: e_mail
        logicalType: string
        classification: restricted
        tags: [pii, email]
        examples: [anna@acme.example]
        quality:
          - {metric: nullValues, mustBeLessOrEqualTo: 5, unit: percent}
      - name: tier
        required: true
        quality:
          - {metric: invalidValues, arguments: {validValues: [free, gold]}, mustBe: 0}
      - {name: updated_at, logicalType: timestamp}
  - name: tickets
    properties:
      - {name: contact_id, relationships: [{type: foreignKey, to: contacts.id}]}
slaProperties:
  - {property: latency, value: 4, unit: h, element: contacts.updated_at}
  - {property: retention, value: 2, unit: y}
  - {property: retention, value: 30, unit: d, element: tickets}
  - {property: latency, value: 9, unit: m, element: tickets}
  - {property: endOfSupport, value: "2027-06-30"}
"""


def test_its_datasets_are_read_with_key_freshness_and_retention() -> None:
    contacts, tickets = read_contract(CONTRACT).datasets

    assert (contacts.name, contacts.physical, contacts.line) == ("contacts", "contacts_v", 12)
    assert contacts.key == ("id", "tenant")
    assert (contacts.fresh, contacts.clock) == (Duration(seconds=4 * 3600), "updated_at")
    assert contacts.keep == Duration(months=24)
    assert tickets.keep == Duration(seconds=30 * 86_400)


def test_its_fields_are_read_with_what_is_promised_of_their_content() -> None:
    contract = read_contract(CONTRACT)
    contacts = contract.dataset("ai.contacts_v")

    assert contacts is not None
    email, tier = contacts.field("e_mail"), contacts.field("tier")
    assert email is not None
    assert tier is not None
    assert (email.classification, email.complete, email.tags) == ("restricted", 0.95, ("pii", "email"))
    assert (tier.complete, tier.values) == (1.0, ("free", "gold"))
    assert contract.datasets[1].fields[0].refers_to == "contacts.id"


def test_who_publishes_it_and_where_it_ends_is_read() -> None:
    contract = read_contract(CONTRACT)

    assert (contract.id, contract.version, contract.status) == ("contacts-product", "2.1.0", "active")
    assert (contract.owner, contract.end_of_support) == ("crm-owner@acme.example", "2027-06-30")
    assert (contract.servers[0].type, contract.servers[0].schema) == ("postgresql", "ai")


def test_examples_are_not_kept() -> None:
    assert "anna@" not in repr(read_contract(CONTRACT))


def test_what_is_not_understood_is_named_and_not_guessed() -> None:
    contract = read_contract(CONTRACT)

    assert contract.datasets[1].fresh is None
    assert contract.not_understood == ("slaProperties.3: latency is no duration that is clear",)


@pytest.mark.parametrize(
    ("rule", "share"),
    [
        ("{rule: nullCheck, mustBe: 0}", 1.0),
        ("{rule: nullCheck}", 1.0),
        ("{metric: missingValues, mustBeLessThan: 2, unit: percent}", 0.98),
        ("{metric: nullValues, mustBeLessThan: 1}", 1.0),
        ("{metric: nullValues, mustBeLessThan: 40, unit: rows}", None),
        ("{metric: nullValues, mustBeGreaterThan: 40, unit: percent}", None),
    ],
)
def test_a_bound_on_what_is_empty_is_a_share_of_what_is_there(rule: str, share: float | None) -> None:
    head = "apiVersion: v3.0.2\nkind: DataContract\n"
    text = f"{head}schema:\n- name: t\n  properties:\n  - {{name: f, quality: [{rule}]}}\n"

    assert read_contract(text).datasets[0].fields[0].complete == share


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "- 1",
        "kind: DataContract\n",
        "apiVersion: v2.2.2\nkind: DataContract\n",
        "apiVersion: v3.0.0\nkind: DataProduct\n",
        "a: &x 1\nb: *x\n",
    ],
)
def test_what_is_no_contract_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(PlanError, match="line"):
        read_contract(text)


@pytest.mark.parametrize("part", ["schema", "servers", "slaProperties", "team"])
@pytest.mark.parametrize("content", ["3", "[]", "[1, [2]]", "{a: 1}", "null", "[{name: [1], property: {a: 1}}]"])
def test_an_odd_part_is_read_as_far_as_it_goes(part: str, content: str) -> None:
    contract = read_contract(f"apiVersion: v3.1.0\nkind: DataContract\nid: a\n{part}: {content}\n")

    assert contract.id == "a"
