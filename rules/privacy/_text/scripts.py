# ruff: noqa: RUF001, E501 - words of other scripts look like Latin ones; alternatives stand in one line
"""Names of people in scripts that have no capitals: Chinese, Japanese, Korean, Arabic, Hindi, Hebrew, Thai.

What stands before or behind a name says where it is; where it ends is told by a list of family names, by how many signs
names have, or by words that are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from rules.privacy._lists.surnames import CJK_FAMILIES, CJK_FAMILY, JAPANESE

Places = Iterator[tuple[int, int, str]]
_HAN: Final = r"[\u3005\u4e00-\u9fff]"
_EAST: Final = re.compile(
    r"(?:姓名|名字|联系人|聯絡人|客户|客戶|顾客|顧客|收件人|寄件人|患者|病人|本人|申请人|经办人|我叫|我是|我的名字是|名叫|氏名|お名前|名前|患者名|顧客名|担当者|担当医|担当|主治医|弊社|私は|差出人)"
    rf"\s*[:：はが]?\s*({_HAN}{{2,5}})"
    rf"|({_HAN}{{1,6}})(?:様|さん|さま|氏|君|くん|ちゃん|先生|女士|小姐|经理|經理|医生|醫生|老师|老師|师傅|部長|課長|社長)"
    rf"|({_HAN}{{2,5}})(?:と申し|と言い|といい|です。)"
    r"|(?:성명|이름|이름은|고객명|고객|환자명|환자|담당자|작성자|신청자|예금주|저는|제 이름은|나는)\s*[:：]?\s*([가-힣]{2,5})"
    r"|([가-힣]{2,4})\s?(?:고객님|선생님|과장님|대리님|부장님|팀장님|님|씨)"
)
_NOT_HAN: Final = ("お客", "皆", "担当", "奥", "神", "王様", "全国", "先生")
_AR: Final = r"[\u0621-\u064a\u0670-\u06d3]"
_ARABIC: Final = re.compile(
    r"(?:(?<![\u0621-\u06d3])(?:[وف]?(?:ال(?:سيدة?|أستاذة?|استاذة?|دكتورة?|آنسة|مهندسة?|شيخ|طبيبة?)|سيدي|عزيزي|عزيزتي)|اسمي|إسمي|أنا اسمي|نام من|آقای|خانم|جناب)"
    r"|(?:الاسم|اسم العميل|اسم المريض|العميل|المريض|المرسل|نام)\s*[:：]|(?:مع التحية|مع خالص التحية|تحياتي|وتفضلوا بقبول فائق الاحترام)[،,.]?\s*\n)"
    rf"\s*({_AR}{{2,}}(?: (?:عبد|أبو|ابو|بن|ابن|آل|بنت) {_AR}{{2,}})?(?: ال{_AR}{{2,}}(?<!ة))*(?: {_AR}{{2,}}(?=\s*(?:[\n،.,:؛]|$)))?)"
)
_INDIC: Final = r"[\u0900-\u0963\u0970-\u0d7f]"
_HINDI: Final = re.compile(
    r"(?:(?:मेरा|मेरे|उनका|इनका|पूरा) नाम|नाम\s*[:：]|ग्राहक\s*[:：]?|रोगी\s*[:：]?|श्रीमती|श्रीमान|श्री|सुश्री|कुमारी|डॉ\.?|डॉक्टर|प्रिय|भवदीय,?\s*\n|धन्यवाद,?\s*\n|माझे नाव|আমার নাম|என் பெயர்)"
    rf"\s+({_INDIC}{{2,}}(?: {_INDIC}{{2,}}){{0,2}})"
)
_NO_INDIC: Final = frozenset(
    [
        "है",
        "हैं",
        "ने",
        "को",
        "का",
        "की",
        "के",
        "से",
        "में",
        "पर",
        "जी",
        "और",
        "हूँ",
        "हूं",
        "था",
        "थी",
        "यह",
        "वह",
        "कि",
        "आहे",
        "আছে",
        "ग्राहक",
        "महोदय",
        "महोदया",
        "सर",
        "मैडम",
    ]
)
_HEBREW: Final = re.compile(
    r"(?<![\u05d0-\u05ea])(?:שמי|קוראים לי|שם(?: מלא| הלקוח| המטופל)?\s*:|מר|גב['׳]|גברת|ד[\"״]ר|פרופ['׳]|בברכה,?\s*\n|שלום)\s+([\u05d0-\u05ea]{2,}(?:[ -][\u05d0-\u05ea]{2,}(?=\s*[\n,.]|$))?)"
)
_THAI: Final = re.compile(
    r"(?:นาย|นางสาว|นาง|น\.ส\.|ด\.ช\.|ด\.ญ\.|(?:ผม|ดิฉัน|ฉัน|หนู)ชื่อ|ชื่อ\s*[:：])\s?([\u0e01-\u0e4e]{2,16}(?: [\u0e01-\u0e4e]{2,20})?)"
)


def _eastern(window: str) -> Places:
    for match in _EAST.finditer(window):
        group = match.lastindex or 1
        text, start = match[group], match.start(group)
        place = _korean(text) if "가" <= text[0] <= "힣" else _han(text, behind=group == 2)
        if place is not None:
            yield start + place[0], start + place[1], "person"


def _han(text: str, *, behind: bool) -> tuple[int, int] | None:
    """Give where a name stands in signs: it begins with a family name; what follows parts nothing from it."""
    if any(word in text for word in _NOT_HAN):
        return None
    for begin in range(len(text) if behind else 1):
        part = text[begin:]
        family = next((name for name in JAPANESE if part.startswith(name)), "")
        if family and len(part) - len(family) <= 3:
            return begin, len(text) if behind else min(len(text), begin + len(family) + 3)
        if part[0] in CJK_FAMILY and len(part) <= 4:
            return begin, len(text) if behind else min(len(text), begin + 4)
    return None


def _korean(text: str) -> tuple[int, int] | None:
    if text[:2] in CJK_FAMILIES and len(text) > 3:
        return 0, 4
    return (0, min(len(text), 3)) if text[0] in CJK_FAMILY else None


def _southern(window: str) -> Places:
    for pattern in (_ARABIC, _HEBREW, _THAI):
        for match in pattern.finditer(window):
            yield match.start(1), match.end(1), "person"
    for match in _HINDI.finditer(window):
        words, end = match[1].split(" "), match.start(1)
        for word in words:
            if word in _NO_INDIC:
                break
            end += len(word) + 1
        if end > match.start(1):
            yield match.start(1), end - 1, "person"


SCRIPTS: Final[tuple[tuple[tuple[str, ...], Callable[[str], Places]], ...]] = (
    ((r"[\x{4e00}-\x{9fff}\x{ac00}-\x{d7af}]",), _eastern),
    ((r"[\x{5d0}-\x{d7f}\x{e00}-\x{e4e}]",), _southern),
)
"""What a window must hold one of as RE2, and who reads it for names."""
