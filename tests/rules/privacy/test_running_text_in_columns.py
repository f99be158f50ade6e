# ruff: noqa: RUF001 - words of other scripts look like Latin ones
"""Columns of texts in which no blanks part words, and of messages that are shorter than a sentence."""

from __future__ import annotations

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from rules.privacy.detection import DETECTOR


def kinds(values: list[str]) -> dict[str, int]:
    return {label.label: label.hits for label in DETECTOR.detect(pa.table({"body": values}))}


@pytest.mark.parametrize(
    ("with_name", "clean"),
    [
        (
            "お世話になっております。青空の山田太郎と申します。商品がまだ届きません。",
            "電源を入れる前に説明書をよくお読みください。保証は一年です。",
        ),
        ("您好，我叫王晓明，我的订单到现在还没有收到货。请尽快处理。", "请在使用前仔细阅读说明书。保修期为一年。"),
        ("สวัสดีครับ ผมชื่อสมชาย ใจดี สินค้ายังไม่มาถึงเลยครับ", "กรุณาอ่านคู่มือก่อนใช้งาน รับประกันหนึ่งปี"),
    ],
)
@pytest.mark.parametrize("rows", [40, 900])
def test_texts_whose_words_no_blanks_part_are_read(with_name: str, clean: str, rows: int) -> None:
    found = kinds([f"{with_name if n % 4 == 0 else clean}{n}" for n in range(rows)])

    assert found.keys() == {"person"}
    assert found["person"] == pytest.approx(rows / 4, rel=0.2)


def test_short_messages_are_read_as_the_sentences_they_are() -> None:
    said = [
        "hi im anna",
        "ok thanks",
        "where is my parcel?",
        "my name is Tom Fischer",
        "no",
        "yes please",
        "its melissa",
    ]

    assert kinds([f"{one} {n}" for n, one in enumerate(said * 4)]) == {"person": 12}


@pytest.mark.parametrize(
    "values",
    [
        ["上海市浦东新区世纪大道100号", "北京市朝阳区建国路88号", "广州市天河区体育西路103号"],
        ["red wooden chair", "oak table for six", "lamp with shade", "desk, white", "set of four plates"],
        ["New York", "San Francisco Bay", "Rio de Janeiro", "Santa Cruz de la Sierra", "Los Angeles"],
        ["item not found", "is a directory", "no such file", "timeout", "can not connect", "it is closed"],
    ],
)
def test_short_values_that_are_no_messages_are_no_people(values: list[str]) -> None:
    assert "person" not in kinds(values * 8)
