"""Table functions: which ones give back nothing but what they are given.

A function of one's own may read any table, and one that reads files or another server brings data that has no name
here. Both are told, so that what they read is not lost silently.
"""

from __future__ import annotations

FILES = "data comes from files"
UNKNOWN = "a table function that may read anything"

_OF_ITS_ARGUMENTS = """
    generate_series generate_subscripts generator range sequence numbers numbers_mt zeros flatten unnest explode
    explode_outer posexplode posexplode_outer inline inline_outer stack json_tuple json_each json_tree json_each_text
    jsonb_each jsonb_each_text json_array_elements json_array_elements_text jsonb_array_elements
    jsonb_array_elements_text json_object_keys jsonb_object_keys json_populate_record json_populate_recordset
    jsonb_populate_record jsonb_populate_recordset json_to_record json_to_recordset jsonb_to_record jsonb_to_recordset
    jsonb_path_query json_table xmltable openjson openxml string_split split_to_table strtok_split_to_table
    string_to_table regexp_matches regexp_split_to_table regexp_extract_all each skeys svals aclexplode array_table
    variant_explode variant_explode_outer collection table values nullvalues dual repeat unpack_json xmlsequence
    arrayjoin generaterandom values_table glob date_range generate_date_array generate_timestamp_array
    ts_parse ts_debug ts_token_type current_schemas row array cast
"""
_OF_FILES = """
    read_csv read_csv_auto read_parquet read_json read_json_auto read_json_objects read_ndjson read_ndjson_auto
    read_text read_blob read_xlsx parquet_scan csv_scan read_files read_avro iceberg_scan delta_scan openrowset s3
    s3cluster gcs url file hdfs azureblobstorage deltalake iceberg infer_schema external_stage
"""
READS_ELSEWHERE = (
    *("dictget", "joinget", "query_to_xml", "table_to_xml", "cursor_to_xml", "schema_to_xml", "database_to_xml"),
    *("dblink", "query_to_json"),
)
"""How functions of one value begin that read a table, a dictionary or another server which their operands only name."""
_SERVER = ("pg_", "pragma_", "duckdb_", "sys.", "dm_", "information_schema.")
_BUILT_IN = frozenset(_OF_ITS_ARGUMENTS.split())
_READS = frozenset(_OF_FILES.split())


def doubt_of(name: str) -> str:
    """Say why what a table function reads is not known; empty where its arguments are all there is."""
    known = name.lower().rpartition(".")[2]
    if known in _BUILT_IN or name.lower().startswith(_SERVER) or known.startswith(_SERVER):
        return ""
    return FILES if known in _READS else UNKNOWN
