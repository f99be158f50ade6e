"""The same company in one PostgreSQL: a schema a system, masking views, row security, and a login with exact grants."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from examples.support_reply.company import Company

if TYPE_CHECKING:
    from psycopg import Connection

PLAN: Final = Path(__file__).with_name("plan.postgresql.yaml")
LOGIN: Final = "ai_support_draft"
"""The login in the plan; a server that is shared gives it another name."""

TABLES: Final = {
    "people": "crm.people (id int primary key, full_name text not null, email text not null, email_hmac text not null, "
    "phone text, region text not null, tier text, ai_opt_out boolean not null, created_at timestamptz not null, "
    "updated_at timestamptz not null)",
    "subscriptions": "crm.subscriptions (id int primary key, contact_id int not null references crm.people, "
    "plan text not null, seats int not null, status text not null, reference text not null, "
    "started_at timestamptz not null)",
    "hr_core": "hr_core.staff (person_id int primary key, grade text not null)",
    "tickets": "helpdesk.tickets (id int primary key, contact_id int not null, channel text not null, "
    "status text not null, subject text not null, body text not null, created_at timestamptz not null, "
    "updated_at timestamptz not null)",
    "replies": "helpdesk.replies (id int primary key, ticket_id int not null references helpdesk.tickets, "
    "body text not null, created_at timestamptz not null)",
    "usage": "product.usage (event_id text primary key, user_id int not null, feature text not null, "
    "event_time timestamptz not null)",
    "sessions": "product.sessions (session_id text primary key, user_id int not null, plan_step text not null, "
    "seen_at timestamptz not null)",
    "invoices": "billing.invoices (id text primary key, contact_id int not null, status text not null, "
    "amount numeric(12, 2) not null, issued_at timestamptz not null, updated_at timestamptz not null)",
    "articles": "knowledge.articles (doc_id text primary key, title text not null, version text not null, "
    "updated_at timestamptz not null, text text not null)",
    "policies": "knowledge.policies (doc_id text primary key, title text not null, version text not null, "
    "effective_from timestamptz not null, effective_to timestamptz, text text not null)",
    "incidents": "ops.incidents (id int primary key, service text not null, severity text not null, "
    "summary text not null, opened_at timestamptz not null, updated_at timestamptz not null)",
}
"""The company's records -> the table that holds them."""

VIEWS: Final = {
    "ai.contacts": "select id, encode(sha256(convert_to('pepper-7f1c' || email, 'UTF8')), 'hex') as email, "
    "'*** ' || right(phone, 2) as phone, region, tier, ai_opt_out, created_at, updated_at from crm.people "
    "where region in ('EU', 'US') and not ai_opt_out",
    "ai.subscriptions": "select id, contact_id, plan, seats, reference, started_at from crm.subscriptions "
    "where contact_id in (select id from ai.contacts)",
    "ai.replies": "select id, ticket_id, body, created_at from helpdesk.replies where ticket_id in "
    "(select id from helpdesk.tickets where status <> 'spam' and contact_id in (select id from ai.contacts))",
    "ai.usage": "select event_id, user_id, feature, event_time from product.usage "
    "where user_id in (select id from ai.contacts)",
    "ai.sessions": "select session_id, user_id, plan_step, seen_at from product.sessions "
    "where user_id in (select id from ai.contacts)",
    "ai.invoices": "select id, contact_id, status, amount, issued_at, updated_at from billing.invoices "
    "where contact_id in (select id from ai.contacts)",
    "ai.incidents": "select id, service, severity as impact, summary, opened_at, updated_at from ops.incidents",
}
"""View -> its SELECT: what the workflow reads instead of tables, masked, and of no contact outside of the segments."""

POLICIES: Final = """
alter table helpdesk.tickets enable row level security;
create policy answered on helpdesk.tickets for select
    using (status <> 'spam' and contact_id in (select id from ai.contacts));
"""

GRANTS: Final = """
grant usage on schema ai, helpdesk, knowledge to {login};
grant select on ai.contacts, ai.subscriptions, ai.replies, ai.usage, ai.sessions, ai.invoices, ai.incidents to {login};
grant select (id, contact_id, status, subject, body, created_at, updated_at) on helpdesk.tickets to {login};
grant select (doc_id, version, text, updated_at) on knowledge.articles to {login};
grant select (doc_id, version, text, effective_from) on knowledge.policies to {login};
"""
"""What the login of the honest company may read: what the plan declares, and its clocks."""


def build(connection: Connection, company: Company, login: str) -> str:
    """Load the company into an empty database, grant a login that exists what the plan declares, and give the plan."""
    from psycopg import sql

    for schema in ("ai", "crm", "hr_core", "helpdesk", "product", "billing", "knowledge", "ops"):
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
    for records, table in TABLES.items():
        connection.execute(f"create table {table}".encode())
        rows = company.records[records]
        name = sql.SQL(".").join(map(sql.Identifier, table.partition(" ")[0].split(".")))
        columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
        with (
            connection.cursor() as cursor,
            cursor.copy(sql.SQL("copy {} ({}) from stdin").format(name, columns)) as copy,
        ):
            for row in rows:
                copy.write_row(list(row.values()))
    for view, select in VIEWS.items():
        connection.execute(f"create view {view} as {select}".encode())
    connection.execute(POLICIES.encode())
    connection.execute(sql.SQL(GRANTS).format(login=sql.Identifier(login)))
    return PLAN.read_text(encoding="utf-8").replace(LOGIN, login)
