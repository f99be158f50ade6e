"""Ids of people and of their vehicles and devices, proved by check digits and by the dates of birth that they hold.

python-stdnum knows how each country forms its numbers; here stands which of them are a person's, how likely chance
passes one, and which columns of numbers may therefore be called ids though no header says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from rules.privacy._forms.checks import day, tail
from rules.privacy._forms.ids_born import births_inside
from rules.privacy._forms.ids_unlisted import UNLISTED

_PERSONS: Final = """
    al.nipt:.01 ar.cuit:.05 at.vnr:.1 au.tfn:.09 be.nn:.01 be.bis:.01 bg.egn:.015 bg.pnf:.1 br.cpf:.01
    ca.bc_phn:.05 ca.sin:.1 ch.ssn:.0001 cl.rut:.09 cn.ric:.001 co.nit:.09 cu.ni:.03 cz.rc:.17 de.idnr:.02
    dk.cpr:.03 do.cedula:.1 ec.ci:.02 ee.ik:.003 es.dni:.05 es.nie:.01 es.nif:.05 fi.hetu:.001 fr.nif:.005
    fr.nir:.01 gb.nhs:.09 gb.utr:.09 gr.amka:.003 hr.oib:.1 id.nik:.03 ie.pps:.05 il.idnr:.1 in_.aadhaar:.08
    in_.pan:.02 in_.epic:.01 in_.vid:.08 is_.kennitala:.01 it.codicefiscale:.0001 jp.in_:.09 kr.rrn:.003
    lt.asmens:.03 mu.nid:.001 mx.curp:.0001 mx.rfc:.01 my.nric:.04 nl.bsn:.09 nl.onderwijsnummer:.05
    no.fodselsnummer:.005 pe.cui:.1 pk.cnic:.65 pl.pesel:.025 pt.cc:.1 pt.nif:.08 ro.cnp:.001 ru.inn:.01
    be.eid:.011 nz.ird:.09 gh.tin:.01 sv.nit:.09 mz.nuit:.1 tn.mf:.05 id.npwp:.1 us.atin:.05 za.tin:.1 md.idno:.1
    gn.nifp:.1
    se.personnummer:.003 si.emso:.005 sk.rc:.17 th.pin:.08 tr.tckimlik:.01 ua.rntrc:.1 us.itin:.05 za.idnr:.003
    ve.rif:.03 us.ptin:.1 gb.upn:.01 th.tin:.08 gt.nit:.09 uy.rut:.05 lv.pvn:.05 by.unp:.05 ke.pin:.05 fr.tva:.01
"""
"""Module of stdnum -> the share of numbers of its length that chance lets pass, rounded up.

Left out of it are numbers that companies have; where one country numbers both alike, it is taken as a person's.
"""

_TAXES_OF_COMPANIES: Final = frozenset(
    ("fr.tva", "al.nipt", "gt.nit", "uy.rut", "lv.pvn", "by.unp", "ke.pin", "co.nit")
)
"""Numbers of companies more than of people: a header must speak of a person's tax."""

_SHARED: Final = frozenset(
    (
        "ca.sin", "il.idnr", "pe.cui", "pk.cnic", "us.ptin", "do.cedula", "bg.pnf",
        "us.itin", "gb.utr", "mx.rfc", "cz.rc", "sk.rc", "cu.ni", "my.nric", "in_.pan", "dk.cpr",
        "id.nik", "in_.vid", "th.tin", "pt.nif", "au.tfn", "gh.tin", "sv.nit", "mz.nuit", "tn.mf", "id.npwp", "us.atin",
        "za.tin", "gn.nifp", "md.idno", "ir",
    )
)  # fmt: skip
"""Numbers whose check digit other numbers share, or that have none: content alone does not decide."""

_CHECKED: Final = 24
_LONGEST: Final = 24
_SPLIT: Final = re.compile(r"[\s.\-/+\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """A number that a country gives to people."""

    name: str
    chance: float
    alone: bool
    """Whether content alone may decide."""


@cache
def _kinds() -> Mapping[str, Kind]:
    found = {}
    for word in _PERSONS.split():
        name, chance = word.split(":")
        found[name] = Kind(name, float(chance), name not in _SHARED | _TAXES_OF_COMPANIES)
    for name, (_, chance_of, _) in UNLISTED.items():
        found[name] = Kind(name, chance_of, name not in _SHARED)
    return found


BORN: Final = Kind("births", 0.04, alone=True)
"""A number whose check digit says nothing, but in which a day of birth stands."""


def _chinese(text: str) -> bool:
    """Whether a number has a Chinese resident's check digit and a day of birth, whatever the list of places says."""
    number = compact(text).upper()
    if len(number) != _RESIDENT or not number[:17].isdigit() or number[17] not in "0123456789X":
        return False
    rest = sum(int(one) * (2 ** (17 - place) % 11) for place, one in enumerate(number[:17])) % 11
    return "10X98765432"[rest] == number[17] and day(number[6:14]) is not None and number[6:8] in ("19", "20")


_RESIDENT: Final = 18


@cache
def _valid(name: str) -> Callable[[str], bool]:
    if name == "cn.ric":
        return _chinese
    if name in UNLISTED:
        known = UNLISTED[name][0]
        return lambda text: known(compact(text).upper())
    check: Callable[[str], bool] = import_module(f"stdnum.{name}").is_valid
    return check


_LENGTHS: Final[Mapping[str, tuple[int, ...]]] = {
    "pe.cui": (9,), "pk.cnic": (13,), "cl.rut": (8, 9), "co.nit": (8, 9, 10),
    "es.dni": (9,), "es.nie": (9,), "es.nif": (9,),
    "nl.bsn": (8, 9), "ie.pps": (8, 9), "ru.inn": (12,), "se.personnummer": (10, 12), "fr.nir": (13, 15),
    "cz.rc": (9, 10), "sk.rc": (9, 10), "in_.pan": (10,), "in_.aadhaar": (12,), "it.codicefiscale": (16,),
    "mx.curp": (18,), "cn.ric": (18,), "pt.cc": (12,), "mu.nid": (14,), "fi.hetu": (10,), "br.cpf": (11,),
}  # fmt: skip
"""How many letters and digits those numbers have that stdnum would also accept in another length."""


def compact(text: str) -> str:
    """Give the letters and digits of a number."""
    return _SPLIT.sub("", text)


def national_id(
    values: Sequence[str], *, named: bool, least: int = 8, luck: float = 1e-8
) -> tuple[Kind, list[bool]] | None:
    """Give the number that these values of one shape are, and which of them; None where no country's fits.

    Without a header that names them, fewer than `least` say nothing, nor does what chance gives more often than `luck`.
    """
    few = [value for value in values[:: max(1, len(values) // _CHECKED)] if len(value) <= _LONGEST][:_CHECKED]
    if len(few) < (2 if named else least) or not any(one.isdigit() for value in few for one in value):
        return None
    best: tuple[float, Kind] | None = None
    plain = {len(one) for value in few[:2] if (one := compact(value)).isdigit() and one.isascii()}
    sizes = [len(compact(value)) for value in few]
    for kind in _tried(frozenset(plain), named=named):
        share = _share(kind, few, sizes)
        if share >= 0.9 and tail(round(share * len(few)), len(few), kind.chance) < (0.05 if named else luck):
            best = max(best or (0.0, kind), (share / kind.chance, kind), key=lambda one: one[0])
    if best is None:
        return (BORN, [True] * len(values)) if births_inside(values) else None
    valid = _valid(best[1].name)
    return best[1], [bool(valid(value)) for value in values]


@cache
def _tried(plain: frozenset[int], *, named: bool) -> tuple[Kind, ...]:
    """Give the kinds that numbers of so many digits can be, or those that hold letters where they are not plain."""
    return tuple(
        kind
        for kind in _kinds().values()
        if (kind.alone or named) and (plain & _sizes(kind.name) if plain else kind.name in _LETTERED)
    )


_LETTERED: Final = frozenset(
    (
        "al.nipt", "by.unp", "ch.ssn", "cl.rut", "cn.ric", "co.nit", "es.dni", "es.nie", "es.nif", "fi.hetu", "fr.nir",
        "fr.tva", "gb.upn", "gh.tin", "gt.nit", "ie.pps", "in_.epic", "in_.pan", "it.codicefiscale", "ke.pin",
        "lv.pvn", "mx.curp", "mx.rfc", "nl.bsn", "pt.cc", "tn.mf", "us.ptin", "ve.rif",
        "be.eid", "pt.nif", "pe.cui", "ro.cnp", "uy.rut", "hr.oib",
        "nz.ird", "sv.nit", "mu.nid", "gb.utr", "hk", "sg", "tw",
    )
)  # fmt: skip
"""Numbers that hold a letter, or before which the letters of their country or a word may stand."""


@cache
def _sizes(name: str) -> frozenset[int]:
    """Give how many digits a number of that kind may have, where it has digits only; stdnum says so at once."""
    if name == "cn.ric":
        return frozenset([_RESIDENT])
    if name in UNLISTED:
        return frozenset(UNLISTED[name][2])
    lengths = import_module("stdnum.exceptions").InvalidLength
    module = import_module(f"stdnum.{name}")
    found = set()
    for size in range(8, _LONGEST):
        try:
            module.validate("1" * size)
        except lengths:
            continue
        except Exception:  # noqa: BLE001 - any other flaw says that the length is right
            found.add(size)
        else:
            found.add(size)
    return frozenset(found)


@cache
def _fitting(name: str) -> frozenset[int]:
    """Give how many letters and digits a number of that kind may have, with up to four before it; none where any."""
    if name in _LENGTHS:
        return frozenset(_LENGTHS[name])
    sizes = _sizes(name)
    # What is shorter than any that was tried may be right, or not: it is.
    return frozenset(size + more for size in (*range(1, 8), *sizes) for more in range(5)) if sizes else sizes


def _share(kind: Kind, few: Sequence[str], sizes: Sequence[int]) -> float:
    fitting = _fitting(kind.name)
    valid = _valid(kind.name)
    passed = 0
    for tried, (value, size) in enumerate(zip(few, sizes, strict=True), 1):
        passed += (not fitting or size in fitting) and bool(valid(value))
        if tried - passed > len(few) * 0.1 or (tried == 2 and not passed):
            return 0.0
    return passed / len(few)


_VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VIN_VALUES: Final = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)),
}
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vehicle(text: str) -> bool:
    """Whether a text has the form of a vehicle's identification number: 17 letters and digits, without I, O and Q."""
    number = text.upper()
    return _VIN.fullmatch(number) is not None and any(map(str.isdigit, number)) and any(map(str.isalpha, number))


def vehicle_checks(text: str) -> bool:
    """Whether the check digit is right that North America and China ask of a vehicle's number."""
    number = text.upper()
    if not vehicle(number):
        return False
    rest = sum(_VIN_VALUES[one] * weight for one, weight in zip(number, _VIN_WEIGHTS, strict=True)) % 11
    return number[8] == ("X" if rest == 10 else str(rest))


def imei(text: str) -> bool:
    """Whether a text is a mobile device's number, with its check digit."""
    return len(compact(text)) in (15, 16) and bool(_valid("imei")(compact(text)[:15]))
