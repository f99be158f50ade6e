"""Rows of the views that warehouses have of themselves, in the documented shape, some of them no longer in force."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.connectors.conformance import MARKER

Views = Mapping[str, tuple[str, Sequence[Sequence[Any]]]]
URLS = {
    "snowflake": "snowflake://auditor:{secret}@acme/main?file={path}",
    "redshift": "redshift://auditor:{secret}@acme/main?file={path}",
    "databricks": "databricks://token:{secret}@acme?catalog=main&schema=main&file={path}",
    "bigquery": "bigquery://acme/main?credentials={secret}&file={path}",
}
USAGE = "snowflake.account_usage"


def used(name: str, *columns: str, domain: str = "Table") -> dict[str, Any]:
    """Give what Snowflake tells of an object that a statement used."""
    told = [{"columnId": number, "columnName": column} for number, column in enumerate(columns)]
    return {"objectDomain": domain, "objectId": 1, "objectName": name, "columns": told}


CONTACTS_USED = json.dumps([used("main.main.contacts", "id", "email"), used("other.main.contacts", "region")])
EU_WRITTEN = json.dumps(
    [
        {
            **used("main.main.eu", domain="View"),
            "columns": [
                {
                    "columnName": "id",
                    "directSources": [
                        {"columnName": "id", "objectDomain": "Table", "objectName": "main.main.contacts"}
                    ],
                }
            ],
        }
    ]
)
PURGE = "DELETE FROM main.contacts WHERE at < DATEADD(day, -30, CURRENT_TIMESTAMP())"
READ_AT = "SELECT at FROM main.contacts"
READ_ON_TWO_LINES = f"SELECT id,\\n email FROM main.contacts -- {MARKER}"
CUT_OFF = '[{"objectName": "TRUNCATED", "objectDomain": "TRUNCATED"}]'
SNOWFLAKE: Views = {
    f"{USAGE}.grants_to_roles": (
        "privilege granted_on name table_catalog table_schema granted_to grantee_name grant_option deleted_on",
        [
            ("USAGE", "DATABASE", "main", None, None, "ROLE", "READER", "false", None),
            ("USAGE", "SCHEMA", "main", "main", None, "ROLE", "READER", "false", None),
            ("SELECT", "TABLE", "contacts", "main", "main", "ROLE", "READER", "false", None),
            ("SELECT", "TABLE", "contacts", "other", "main", "ROLE", "PUBLIC", "false", None),
            ("UPDATE", "TABLE", "contacts", "main", "main", "ROLE", "READER", "false", "2026-01-01"),
            ("OWNERSHIP", "VIEW", "eu", "main", "main", "ROLE", "SYSADMIN", "true", None),
            ("USAGE", "ROLE", "READER", None, None, "ROLE", "SUPPORT", "false", None),
            ("OWNERSHIP", "ROLE", "READER", None, None, "ROLE", "ACCOUNTADMIN", "true", None),
            ("USAGE", "WAREHOUSE", "WH", None, None, "ROLE", "READER", "false", None),
        ],
    ),
    f"{USAGE}.grants_to_users": (
        "role grantee_name deleted_on",
        [("SUPPORT", "AI_READER", None), ("SYSADMIN", "AI_READER", "2026-01-01")],
    ),
    f"{USAGE}.users": ("name disabled deleted_on", [("AI_READER", "false", None), ("OLD", "true", None)]),
    f"{USAGE}.policy_references": (
        "policy_kind ref_database_name ref_schema_name ref_entity_name ref_column_name",
        [
            ("MASKING_POLICY", "main", "main", "contacts", "email"),
            ("ROW_ACCESS_POLICY", "main", "main", "contacts", None),
            ("MASKING_POLICY", "other", "main", "contacts", "region"),
        ],
    ),
    f"{USAGE}.task_history": (
        "database_name schema_name name query_text scheduled_time state completed_time",
        [
            ("main", "main", "PURGE", "DELETE FROM contacts", "2026-11-10 01:00:00+00:00", "SUCCEEDED", None),
            ("main", "main", "PURGE", PURGE, "2026-11-20 01:00:00+00:00", "SUCCEEDED", "2026-11-20 01:01:00+00:00"),
            ("main", "main", "PURGE", PURGE, "2026-11-21 01:00:00+00:00", "SUCCEEDED", "2026-11-21 01:01:00+00:00"),
            ("main", "main", "PURGE", PURGE, "2026-11-22 01:00:00+00:00", "FAILED", "2026-11-22 01:01:00+00:00"),
            ("main", "main", "LOAD", f"INSERT INTO eu SELECT '{MARKER}'", "2026-11-21 01:00:00+00:00", "FAILED", None),
            ("main", "main", "CALLED", f"CALL purge('{MARKER}')", "2026-11-21 01:00:00+00:00", "SUCCEEDED", None),
            ("other", "main", "ELSE", "DELETE FROM contacts", "2026-11-21 01:00:00+00:00", "SUCCEEDED", None),
            ("main", "main", "LONG_AGO", "DELETE FROM eu", "2026-01-21 01:00:00+00:00", "SUCCEEDED", None),
        ],
    ),
    f"{USAGE}.access_history": (
        "query_id user_name direct_objects_accessed objects_modified query_start_time",
        [
            ("1", "AI_READER", CONTACTS_USED, "[]", "2026-11-20 10:00:00+00:00"),
            ("2", "AI_READER", CONTACTS_USED, "[]", "2026-11-21 10:00:00+00:00"),
            ("3", "AI_READER", json.dumps([used("main.main.contacts", "region")]), "[]", "2026-01-01 10:00:00+00:00"),
            ("4", "LOADER", json.dumps([used("main.main.contacts", "id")]), EU_WRITTEN, "2026-11-21 11:00:00+00:00"),
            ("6", "LOADER", CUT_OFF, None, "2026-11-21 12:00:00+00:00"),
            ("5", "AI_READER", CUT_OFF, None, "2026-11-21 12:00:00+00:00"),
        ],
    ),
    f"{USAGE}.query_history": (
        "query_id role_name query_type query_parameterized_hash start_time query_text",
        [
            ("1", "SUPPORT", "SELECT", "a1", "2026-11-20 10:00:00+00:00", f"SELECT '{MARKER}'"),
            ("2", "SUPPORT", "SELECT", "a1", "2026-11-21 10:00:00+00:00", f"SELECT '{MARKER}'"),
            ("3", "SUPPORT", "SELECT", "a2", "2026-01-01 10:00:00+00:00", f"SELECT '{MARKER}'"),
            ("4", "LOADING", "MERGE", "b1", "2026-11-21 11:00:00+00:00", f"MERGE '{MARKER}'"),
            ("6", "LOADING", "SELECT", "b2", "2026-11-21 12:00:00+00:00", f"SELECT '{MARKER}'"),
            ("5", "SUPPORT", "SELECT", "b2", "2026-11-21 12:00:00+00:00", f"SELECT '{MARKER}'"),
        ],
    ),
    "information_schema.tables": (
        "table_schema table_name table_owner is_transient retention_time row_count bytes last_altered",
        [
            ("main", "contacts", "SYSADMIN", "NO", 30, 4, 2048, "2026-11-20 10:00:00+00:00"),
            ("main", "eu", "SYSADMIN", None, None, None, None, "2026-11-19 10:00:00+00:00"),
            ("main", "gone", "SYSADMIN", "NO", 1, 0, 0, None),
        ],
    ),
}
EU = "region-eu.information_schema"
VIEWER = "roles/bigquery.dataViewer"
BIGQUERY: Views = {
    f"{EU}.object_privileges": (
        "object_schema object_name object_type privilege_type grantee",
        [
            (None, "main", "SCHEMA", VIEWER, "serviceAccount:ai@acme.example"),
            (None, "main", "SCHEMA", "roles/bigquery.metadataViewer", "user:m@acme.example"),
            ("main", "contacts", "TABLE", "roles/bigquery.dataEditor", "group:crm@acme.example"),
            ("main", "contacts", "TABLE", VIEWER, "allAuthenticatedUsers"),
            ("main", "contacts", "TABLE", "projects/acme/roles/own", "user:o@acme.example"),
            ("other", "contacts", "TABLE", VIEWER, "user:x@acme.example"),
        ],
    ),
    f"{EU}.column_field_paths": (
        "table_schema table_name field_path policy_tags",
        [("main", "contacts", "email", '["pii"]'), ("main", "contacts", "region", "[]")],
    ),
    f"{EU}.table_storage": (
        "table_schema table_name total_rows total_logical_bytes storage_last_modified_time deleted",
        [
            ("main", "contacts", 4, 2048, "2026-11-20 10:00:00+00:00", 0),
            ("main", "contacts", 9, 9, "2026-11-21 10:00:00+00:00", 1),
        ],
    ),
    f"{EU}.table_options": (
        "table_schema table_name option_name option_value",
        [
            ("main", "contacts", "partition_expiration_days", "30.0"),
            ("main", "eu", "expiration_timestamp", 'TIMESTAMP "2027-01-01T00:00:00.000Z"'),
            ("main", "contacts", "description", MARKER),
        ],
    ),
    f"{EU}.columns": (
        "table_schema table_name column_name is_partitioning_column",
        [("main", "contacts", "at", "YES"), ("main", "contacts", "id", "NO")],
    ),
    "acme.main.information_schema.partitions": (
        "table_name partition_id total_rows",
        [
            ("contacts", "20261101", 3),
            ("contacts", "20261102", 1),
            ("contacts", "__NULL__", 0),
            ("else", "20200101", 1),
        ],
    ),
    "acme.main.information_schema.columns": (
        "table_name column_name data_type is_partitioning_column",
        [("contacts", "at", "TIMESTAMP", "YES"), ("contacts", "id", "INT64", "NO"), ("else", "at", "DATE", "YES")],
    ),
    f"{EU}.jobs": (
        "creation_time user_email query job_type state error_result statement_type",
        [
            (
                "2026-11-20 10:00:00+00:00",
                "ai@acme.example",
                f"SELECT id, email FROM `acme.main.contacts` WHERE region = '{MARKER}'",
                *("QUERY", "DONE", None, "SELECT"),
            ),
            (
                "2026-11-21 10:00:00+00:00",
                "ai@acme.example",
                "SELECT at FROM main.gone",
                "QUERY",
                "DONE",
                None,
                "SELECT",
            ),
            (
                "2026-11-21 10:00:00+00:00",
                "ai@acme.example",
                "SELECT at FROM main.contacts",
                *("QUERY", "DONE", "no", ""),
            ),
            (
                "2026-01-01 10:00:00+00:00",
                "ai@acme.example",
                "SELECT at FROM main.contacts",
                *("QUERY", "DONE", None, ""),
            ),
            (
                "2026-11-21 10:00:00+00:00",
                "auditor@acme.example",
                "SELECT table_name FROM `region-eu`.INFORMATION_SCHEMA.TABLES",
                *("QUERY", "DONE", None, "SELECT"),
            ),
            ("2026-11-21 10:00:00+00:00", "x@acme.example", None, "QUERY", "DONE", None, "SELECT"),
        ],
    ),
    f"{EU}.schemata_options": ("schema_name option_name option_value", [("main", "max_time_travel_hours", "48")]),
}
REDSHIFT: Views = {
    "svv_relation_privileges": (
        "namespace_name relation_name privilege_type identity_name identity_type admin_option",
        [
            ("main", "contacts", "SELECT", "reader", "role", 0),
            ("main", "contacts", "UPDATE", "crm", "group", 0),
            ("main", "eu", "SELECT", "public", "public", 0),
            ("main", "contacts", "RULE", "reader", "role", 0),
            ("other", "contacts", "SELECT", "reader", "role", 0),
        ],
    ),
    "svv_column_privileges": (
        "namespace_name relation_name column_name privilege_type identity_name identity_type",
        [("main", "contacts", "region", "SELECT", "ai_reader", "user")],
    ),
    "svv_schema_privileges": (
        "namespace_name privilege_type identity_name identity_type admin_option",
        [("main", "USAGE", "reader", "role", 0), ("main", "CREATE", "reader", "role", 0)],
    ),
    "pg_namespace": ("nspname nspowner", [("main", 1), ("other", 1)]),
    "pg_user": ("usename usesuper usesysid", [("owner", 0, 1), ("root", 1, 2), ("ai_reader", 0, 3)]),
    "pg_tables": ("schemaname tablename tableowner", [("main", "contacts", "owner")]),
    "pg_views": ("schemaname viewname viewowner", [("main", "eu", "owner")]),
    "sys_query_history": (
        "user_id database_name query_type status start_time query_text",
        [
            (
                3,
                "main",
                "SELECT",
                "success",
                "2026-11-20 10:00:00",
                READ_ON_TWO_LINES,
            ),
            (3, "main", "SELECT", "failed", "2026-11-20 10:00:00", READ_AT),
            (3, "other", "SELECT", "success", "2026-11-20 10:00:00", READ_AT),
            (3, "main", "SELECT", "success", "2026-01-01 10:00:00", READ_AT),
            (3, "main", "SELECT", "success", "2026-11-20 10:00:00", f"{READ_AT} -- {'x' * 4000}"),
            (1, "main", "SELECT", "success", "2026-11-20 10:00:00", READ_AT),
            (2, "main", "SELECT", "success", "2026-11-20 10:00:00", "SELECT usename FROM pg_user"),
        ],
    ),
    "svv_user_grants": ("user_name role_name", [("ai_reader", "support")]),
    "svv_role_grants": ("role_name granted_role_name", [("support", "reader")]),
    "svv_attached_masking_policy": (
        "schema_name table_name output_columns",
        [("main", "contacts", '["email"]'), ("main", "eu", "not told")],
    ),
    "svv_rls_attached_policy": ("relschema relname is_rls_on", [("main", "contacts", 1), ("main", "eu", 0)]),
    "svv_table_info": ("schema table tbl_rows", [("main", "contacts", "4.00")]),
}
DATABRICKS: Views = {
    "information_schema.tables": (
        "table_schema table_name table_owner last_altered",
        [
            ("main", "contacts", "owner@acme.example", "2026-11-20 10:00:00+00:00"),
            ("main", "gone", "owner@acme.example", None),
        ],
    ),
    "information_schema.table_privileges": (
        "table_schema table_name privilege_type grantee is_grantable",
        [
            ("main", "contacts", "SELECT", "ai", "NO"),
            ("main", "contacts", "MODIFY", "crm", "YES"),
            ("main", "contacts", "BROWSE", "ai", "NO"),
            ("main", "eu", "SELECT", "account users", "NO"),
        ],
    ),
    "information_schema.schema_privileges": (
        "schema_name privilege_type grantee is_grantable",
        [("main", "USE_SCHEMA", "ai", "NO"), ("main", "SELECT", "analysts", "NO"), ("other", "SELECT", "ai", "NO")],
    ),
    "information_schema.catalog_privileges": (
        "catalog_name privilege_type grantee is_grantable",
        [("main", "USE CATALOG", "account users", "NO"), ("other", "ALL PRIVILEGES", "ai", "NO")],
    ),
    "information_schema.column_masks": ("table_schema table_name column_name", [("main", "contacts", "email")]),
    "show tblproperties": (
        "of key value",
        [
            ("main.main.contacts", "delta.deletedFileRetentionDuration", "interval 30 days"),
            ("main.main.contacts", "made.for", MARKER),
        ],
    ),
    "describe history": (
        "of version at id name operation parameters",
        [
            ("main.main.contacts", 2, None, "1", MARKER, "VACUUM END", MARKER),
            ("main.main.contacts", 1, None, "1", MARKER, "DELETE", MARKER),
        ],
    ),
    "system.access.column_lineage": (
        "created_by source_table_catalog source_table_schema source_table_name source_column_name "
        "target_table_catalog target_table_schema target_table_name target_column_name event_time",
        [
            ("ai", "main", "main", "contacts", "email", None, None, None, None, "2026-11-20 10:00:00+00:00"),
            ("ai", "main", "main", "contacts", "email", None, None, None, None, "2026-11-21 10:00:00+00:00"),
            ("ai", "main", "main", "contacts", "region", None, None, None, None, "2026-01-01 10:00:00+00:00"),
            ("crm", "main", "main", "contacts", "id", "main", "main", "eu", "id", "2026-11-20 10:00:00+00:00"),
            ("crm", "main", "main", "contacts", "id", "else", "main", "eu", "id", "2026-11-20 10:00:00+00:00"),
            ("ai", "main", "main", "gone", "id", None, None, None, None, "2026-11-20 10:00:00+00:00"),
        ],
    ),
    "system.access.table_lineage": (
        "created_by source_table_catalog source_table_schema source_table_name "
        "target_table_catalog target_table_schema target_table_name event_time",
        [
            ("ai", "main", "main", "contacts", None, None, None, "2026-11-20 10:00:00+00:00"),
            ("crm", "main", "main", "contacts", "main", "main", "eu", "2026-11-20 10:00:00+00:00"),
        ],
    ),
    "information_schema.row_filters": ("table_schema table_name", [("main", "contacts")]),
}
VIEWS = {"snowflake": SNOWFLAKE, "bigquery": BIGQUERY, "redshift": REDSHIFT, "databricks": DATABRICKS}
