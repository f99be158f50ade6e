"""What each function leaves of its operands: the table behind `Exposure`.

The reasons are in docs/decisions/exposure-lattice.md.
Functions that sqlglot knows are listed by the name of their node, whatever the dialect calls them; all others by the
name in the text. A function that stands in no list may return its operand as it is, so it leaves everything (raw).
A name is no proof: what is called by a schema is somebody's own unless that schema is the system's, and a name that
says no more than what somebody meant to do (`mask`, `digest`) counts in the dialects alone that bring such a function.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlglot import exp

from lineage.model import Exposure
from lineage.sql.lattice import AGGREGATION, SAME, SKIP, TRANSFORMATION, step

_TRANSPARENT = """
    Paren Alias Distinct Ordered IgnoreNulls RespectNulls HavingMax Aliases Kwarg PropertyEQ
"""
_NOTHING = """
    Grouping GroupingId DataType Identifier Literal Var JSONPath TableAlias ColumnDef DataTypeParam
    WindowSpec JSONSchema Hint Null Boolean Parameter Placeholder SessionParameter NextValueFor Offset
    JSONTable_ Fetch CurrentDate
"""
_DERIVED = """
    Mod IntDiv BitwiseAnd BitwiseOr BitwiseLeftShift BitwiseRightShift Distance And Or
    Xor Left Right Substring SubstringIndex SplitPart RegexpExtract RegexpExtractAll RegexpSubstr
    RegexpReplace RegexpCount RegexpInstr Strtok Stuff Overlay Length ByteLength
    BitLength Ascii Unicode Soundex SoundexP123 StrPosition Levenshtein JarowinklerSimilarity StartsWith EndsWith
    Contains Search ArrayContains ArraySize ArrayPosition ArrayAll ArrayAny IsNan IsInf IsNullValue IsAscii Typeof
    JSONType JSONKeys JSONExists MapContainsKey MapSize MapKeys Round Rint Floor Ceil Trunc Sign WidthBucket
    RangeBucket RangeN Sin Cos Tan Cot Exp Ln Log Sqrt Cbrt Pow DateTrunc TimestampTrunc DatetimeTrunc TimeTrunc
    DateBin TimeSlice Extract Year Quarter Month Week WeekOfYear Day DayOfMonth DayOfWeek DayOfWeekIso DayOfYear
    Dayname Monthname Hour Minute Second YearOfWeek YearOfWeekIso WeekStart LastDay NextDay PreviousDay DateDiff
    TimestampDiff DatetimeDiff TimeDiff MonthsBetween TsOrDsDiff Host RegDomain ParseUrl NetFunc DotProduct
    CosineDistance EuclideanDistance ManhattanDistance StDistance AIClassify AISimilarity AIEmbed
    GenerateEmbedding EqualNull Between ArraySum SafeDivide BitwiseCount BitmapCount Minhash CheckJson CheckXml
"""
_PSEUDONYM = """
    MD5 MD5Digest MD5NumberLower64 MD5NumberUpper64 SHA SHA1Digest SHA2 SHA2Digest StandardHash FarmFingerprint
    CityHash64 Encrypt EncryptRaw
"""
_EXTREME = """
    Max Min AnyValue First Last Mode Median PercentileCont PercentileDisc Quantile ApproxQuantile ApproxQuantiles
    ArgMax ArgMin ApproxTopK ApproxTopSum
"""
_RAW_AGGREGATE = """
    ArrayAgg ArrayConcatAgg ArrayUnionAgg ArrayUniqueAgg GroupConcat JSONArrayAgg JSONBObjectAgg JSONObjectAgg
    ObjectAgg CombinedAggFunc AnonymousAggFunc ParameterizedAgg CombinedParameterizedAgg Agg AIAgg AISummarizeAgg
"""
_COUNT = """
    Count CountIf ApproxDistinct Hll RegrCount
"""
_FROM_ONE_ROW = """
    Lag Lead FirstValue LastValue NthValue
"""
"""Window functions that copy the value of another row; no aggregate, though sqlglot counts them as such."""
_RANKS = """
    Rank DenseRank PercentRank CumeDist Ntile RowNumber
"""

_DERIVED_NAMES = """
    left right substr substring split_part regexp_replace regexp_substr regexp_match regexp_matches length
    char_length octet_length strpos position instr locate date_part date_trunc round floor ceil ceiling trunc
    width_bucket age soundex metaphone levenshtein similarity dayname monthname year month day hour minute second
    network masklen st_geohash to_tsvector typeof pg_typeof json_typeof jsonb_typeof json_array_length
    jsonb_array_length array_length cardinality unixepoch julianday strftime
"""
_PSEUDONYM_NAMES = """
    md5 sha sha1 sha2 sha224 sha256 sha384 sha512 crc32 hashtext hashtextextended hmac
    murmur_hash murmurhash2_32 murmurhash2_64 murmurhash3_32 murmurhash3_64 murmurhash3_128 xxhash32 xxhash64
    xxhash3 xxh3 cityhash64 siphash64 siphash128 siphash intHash32 intHash64 halfmd5 sha1_hex sha2_hex md5_hex
    md5_binary sha1_binary sha2_binary hashbytes ora_hash standard_hash farm_fingerprint farmhash64 aes_encrypt
"""
_OF_DIALECTS: tuple[tuple[str, Exposure, str], ...] = (
    ("hive", Exposure.DERIVED, "mask_first_n mask_last_n mask_show_first_n mask_show_last_n"),
    ("mysql", Exposure.DERIVED, "mask_inner mask_outer"),
    (
        "postgres",
        Exposure.DERIVED,
        """anon.partial anon.partial_email anon.generalize_int4range anon.generalize_int8range anon.generalize_numrange
        anon.generalize_daterange anon.generalize_tsrange anon.noise anon.dnoise""",
    ),
    ("hive", Exposure.PSEUDONYM, "mask_hash"),
    ("snowflake spark spark2 databricks hive duckdb redshift", Exposure.PSEUDONYM, "hash"),
    ("snowflake clickhouse", Exposure.PSEUDONYM, "encrypt encrypt_raw"),
    ("tsql trino presto athena redshift", Exposure.PSEUDONYM, "checksum"),
    ("tsql", Exposure.PSEUDONYM, "binary_checksum"),
    ("oracle", Exposure.PSEUDONYM, "dbms_crypto.hash dbms_crypto.mac dbms_crypto.encrypt"),
    (
        "postgres",
        Exposure.PSEUDONYM,
        """digest crypt encrypt encrypt_iv pgp_sym_encrypt pgp_pub_encrypt anon.hash anon.digest anon.pseudo_email
        anon.pseudo_first_name anon.pseudo_last_name anon.pseudo_company anon.pseudo_city anon.pseudo_iban""",
    ),
    ("hive spark databricks", Exposure.REDACTED, "mask"),
    (
        "mysql",
        Exposure.REDACTED,
        "mask_ssn mask_pan mask_pan_relaxed mask_canada_sin mask_uk_nin mask_iban mask_uuid gen_rnd_email",
    ),
    (
        "postgres",
        Exposure.REDACTED,
        "anon.random_string anon.fake_email anon.fake_first_name anon.fake_last_name anon.dummy_email anon.lorem_ipsum",
    ),
)
"""(dialects that bring them, what is left, functions whose names alone prove nothing)."""
_OF_SYSTEM = frozenset({"pg_catalog", "sys", "safe", "mariadb_schema", "oracle_schema", "maxdb_schema"})
"""Schemas whose functions are the system's own: nobody else can make one there, or is able to by mistake."""
_AGGREGATE_NAMES = """
    total bit_xor bool_and bool_or every stddev variance var_samp stddev_samp entropy kurtosis skewness geomean
    favg fsum summap avgweighted stddevpop stddevsamp varpop varsamp corrstable
"""
_COUNT_NAMES = """
    count_distinct uniq uniqexact uniqcombined uniqcombined64 uniqhll12 approx_count_distinct countif
    countdistinct
"""
_EXTREME_NAMES = """
    mode max_by min_by arbitrary any anylast anyheavy argmax argmin quantile quantileexact quantile_cont
    quantile_disc approx_quantile median
"""
_RAW_AGGREGATE_NAMES = """
    list string_agg listagg xmlagg json_agg jsonb_agg json_object_agg jsonb_object_agg json_group_array
    json_group_object json_arrayagg json_objectagg range_agg collect_list collect_set grouparray groupuniqarray
    array_accum histogram map_agg multimap_agg
"""

BY_NAME: dict[str, Exposure] = {
    name.lower(): left
    for left, names in (
        (Exposure.RAW, _RAW_AGGREGATE_NAMES),
        (Exposure.DERIVED, _DERIVED_NAMES),
        (Exposure.PSEUDONYM, _PSEUDONYM_NAMES),
        (Exposure.AGGREGATE, _AGGREGATE_NAMES),
        (Exposure.COUNT, _COUNT_NAMES),
        (Exposure.EXTREME, _EXTREME_NAMES),
    )
    for name in names.split()
}
"""Exposure by the name in the text, for functions that sqlglot does not know, where the name alone says what it is."""
_BY_DIALECT: dict[tuple[str, str], Exposure] = {
    (dialect, name): left
    for dialects, left, names in _OF_DIALECTS
    for dialect in dialects.split()
    for name in names.split()
}

_AGGREGATING = frozenset(f"{_RAW_AGGREGATE_NAMES} {_AGGREGATE_NAMES} {_COUNT_NAMES} {_EXTREME_NAMES}".lower().split())


def _classes(names: str) -> list[type[exp.Expr]]:
    return [found for name in names.split() if (found := getattr(exp, name, None)) is not None]


@lru_cache(maxsize=1)
def steps_by_class() -> dict[type[exp.Expr], int]:
    """Give the step of each node that has a fixed one."""
    steps: dict[type[exp.Expr], int] = {}
    for names, found in (
        (_TRANSPARENT, SAME),
        (_NOTHING, SKIP),
        (_RANKS, step(TRANSFORMATION, Exposure.DERIVED)),
        (_DERIVED, step(TRANSFORMATION, Exposure.DERIVED)),
        (_PSEUDONYM, step(TRANSFORMATION, Exposure.PSEUDONYM)),
        (_EXTREME, step(AGGREGATION, Exposure.EXTREME)),
        (_RAW_AGGREGATE, step(AGGREGATION)),
        (_COUNT, step(AGGREGATION, Exposure.COUNT)),
        (_FROM_ONE_ROW, step(TRANSFORMATION)),
    ):
        for node in _classes(names):
            steps[node] = found
    return steps


def step_of_class(node: type[exp.Expr]) -> int:
    """Give the step of a node by its kind, for those without one of their own."""
    if issubclass(node, exp.AggFunc):
        return step(AGGREGATION, Exposure.AGGREGATE)
    if issubclass(node, exp.Predicate):
        return step(TRANSFORMATION, Exposure.DERIVED)
    return step(TRANSFORMATION)


def step_of_name(name: str, functions: Mapping[str, Exposure], dialect: str) -> int:
    """Give the step of a function that sqlglot does not know; the caller's table wins."""
    key = name.lower()
    left = functions.get(key)
    if left is None:
        left = BY_NAME.get(key) or _BY_DIALECT.get((dialect, key), Exposure.RAW)
    return step(AGGREGATION if key in _AGGREGATING else TRANSFORMATION, left)


def step_of_call(schema: str, name: str, functions: Mapping[str, Exposure], dialect: str) -> int:
    """Give the step of a function that is called by its schema: what is not the system's is somebody's own."""
    place, key = schema.lower(), name.lower()
    qualified = f"{place}.{key}"
    if qualified in functions or (dialect, qualified) in _BY_DIALECT:
        return step_of_name(qualified, functions, dialect)
    if key in functions:
        return step_of_name(key, functions, dialect)
    if place not in _OF_SYSTEM:
        return step(TRANSFORMATION)
    known = exp.FUNCTION_BY_NAME.get(key.upper()) if key not in BY_NAME else None
    found = None if known is None else steps_by_class().get(known, step_of_class(known))
    return step_of_name(key, functions, dialect) if found is None or found == SKIP else found


def steps_of(functions: Mapping[str, Exposure]) -> dict[type[exp.Expr], int]:
    """Give the steps of nodes that the caller's table of functions names, so that it wins for built-in ones as well."""
    steps: dict[type[exp.Expr], int] = {}
    for name, left in functions.items():
        node = exp.FUNCTION_BY_NAME.get(name.upper())
        if node is not None:
            kind = AGGREGATION if issubclass(node, exp.AggFunc) else TRANSFORMATION
            steps[node] = step(kind, left)
    return steps


def named(dialect: str) -> Mapping[str, Exposure]:
    """Give the functions that a dialect's table trusts by a name without a schema."""
    own = {name: left for (speech, name), left in _BY_DIALECT.items() if speech == dialect}
    return {name: left for name, left in (BY_NAME | own).items() if "." not in name and left is not Exposure.RAW}


def qualified(dialect: str, schema: str) -> Mapping[str, Exposure]:
    """Give the functions that a dialect's table trusts by the name of a schema."""
    found = {name.rpartition("."): left for (speech, name), left in _BY_DIALECT.items() if speech == dialect}
    return {name: left for (place, _, name), left in found.items() if place == schema}
