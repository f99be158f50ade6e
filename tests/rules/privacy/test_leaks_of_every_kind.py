"""Raw values of every kind in texts of every script: as they are kept, and as people of many countries write."""

from __future__ import annotations

import pytest

from rules.privacy._leaks.search import Fingerprints

BORN = "1985-03-07"


def found(kept: str, label: str, written: str, around: tuple[str, str] = ("they wrote: ", " and so on")) -> bool:
    prints = Fingerprints()
    prints.add([kept, "zzzzzzzz99"], label)
    return 0 in prints.search((around[0] + written + around[1]).encode()).values


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("location", "52.520012,13.405044"),
        ("location", "52.520012, -13.405044"),
        ("mac_address", "00:11:22:33:44:55"),
        ("ip", "192.168.11.20"),
        ("ip", "2001:0:0:1:2:3:4:25"),
        ("bank_account", "123'456'789"),
        ("payment", "1234,5678,9012"),
        ("device_id", "35#209900#176148"),
        ("birth_date", "07-Mar-1985"),
        ("phone", "+1 415 555 0134 x22"),
        ("phone", "reception"),
        ("email", "Anna Brandt <anna.brandt@corp.example>"),
        ("username", "@anna_b1985"),
        ("username", "anna 😀 b1985"),
        ("person", "J&uuml;rgen M&uuml;ller"),
        ("address", "Haupt%20Str. 12, M\\u00fcnchen"),
    ],
)
def test_a_value_is_found_exactly_as_it_is_kept(label: str, kept: str) -> None:
    assert found(kept, label, kept)


@pytest.mark.parametrize(
    ("label", "kept", "written"),
    [
        ("mac_address", "00:11:22:33:44:55", "0011.2233.4455"),
        ("device", "00:11:22:33:44:55", "001122334455"),
        ("ip", "2001:db8::ff00:42:8329", "2001:0DB8:0000:0000:0000:FF00:0042:8329"),
        ("email", "Anna Brandt <anna.brandt@corp.example>", "anna.brandt@corp.example"),
        ("email", "anna.brandt@corp.example", "anna dot brandt at corp dot example"),
        ("person", "Dr. Anna Brandt", "Anna Brandt"),
        ("full_name", "Anna Brandt", "Brandt, Anna"),
        ("person", "Brandt, Anna Maria", "Anna Maria Brandt"),
        ("person", "Jürgen Müller", "Jürgen Müller".encode().decode("latin-1")),
        ("person", "J&uuml;rgen M&uuml;ller", "Müller, JÜRGEN"),
        ("username", "anna 😀 b1985", "anna_b1985"),
        ("address", "12 Oak St, Springfield", "12 Oak Street, Springfield"),
        ("postal_address", "5 Elm Boulevard, Town", "5 Elm Blvd., Town"),
    ],
)
def test_a_value_is_found_as_others_write_it(label: str, kept: str, written: str) -> None:
    assert found(kept, label, written)


@pytest.mark.parametrize(
    ("kept", "written"),
    [
        ("+7 916 123-45-67", "89161234567"),
        ("89161234567", "+7 916 1234567"),
        ("+36 30 123 4567", "06301234567"),
        ("+54 9 11 2345-6789", "011 15-2345-6789"),
        ("+52 55 1234 5678", "+5215512345678"),
        ("+1 415 555 0134 x22", "(415) 555-0134 ext. 22"),
        ("+1 415 555 0134 ext. 22", "+14155550134"),
        ("tel:+4915123450007", "0151 23450007"),
        ("+49 151 23450007, +49 30 1234567", "030/1234567"),
    ],
)
@pytest.mark.parametrize("label", ["phone", "mobile_number"])
def test_a_phone_number_is_found_as_it_is_dialled_at_home(label: str, kept: str, written: str) -> None:
    assert found(kept, label, written)


@pytest.mark.parametrize(
    "written",
    [
        "1985-03-07T00:00:00Z",
        "March 7th, 1985",
        "the 7th of March 1985",
        "7. März 1985",
        "7 mars 1985",
        "7 de marzo de 1985",
        "1985年3月7日",
        "07.03.1985",
        "3/7/1985",
        "19850307",
    ],
)
@pytest.mark.parametrize("kept", [BORN, "1985/3/7", "7 March 1985", "Mar 7, 1985", "07.03.1985"])
def test_a_day_is_found_as_people_write_it(kept: str, written: str) -> None:
    assert found(kept, "date_of_birth", written)


@pytest.mark.parametrize(
    ("label", "kept", "around"),
    [
        ("person", "王小明", ("客户", "说他的电话坏了")),
        ("person", "山田太郎", ("彼は", "です")),
        ("person", "김철수", ("고객 ", "는 화가 났다")),
        ("person", "สมชายใจดี", ("ลูกค้า", "โทรมา")),
        ("person", "王明", ("客户:", ", 男")),
        ("email", "anna.brandt@corp.example", ("邮箱", "请回复")),
        ("phone", "+86 138 0013 8000", ("电话", "请回电")),
        ("person", "Anna Brandt", ("😀", "😀")),
        ("iban", "DE89370400440532013000", ("口座", "です")),
    ],
)
def test_a_value_is_found_where_no_space_parts_words(label: str, kept: str, around: tuple[str, str]) -> None:
    assert found(kept, label, kept, around)


@pytest.mark.parametrize(
    ("label", "kept", "written"),
    [
        ("ip", "192.168.11.20", "192.168.1.120"),
        ("ip", "192.168.11.20", "1921681120"),
        ("location", "52.520012, 13.405044", "5.2520012, 13.405044"),
        ("person", "王明", "说王明白了"),
    ],
)
def test_what_only_has_the_same_letters_is_another_value(label: str, kept: str, written: str) -> None:
    assert not found(kept, label, written)
