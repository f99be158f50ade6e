"""PDF, Office files and mail: their properties by their own formats, their text through kreuzberg, both in memory.

Properties become what front matter is to text files: `author`, `created_at`, `version`, custom ones by their names in
lower case (`Review date` -> `review_date`), and a sensitivity label as `sensitivity_label`. A label is kept by tools as
`MSIP_Label_<id>_Name`, in a PDF's information or an Office file's custom properties.
Nothing is cached on disk and no text is recognised in pictures.
What a reader raises may quote the file: its class alone is told.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Final
from xml.etree import ElementTree

from connectors._documents.text import MAX_KEYS, OWN_FIELDS, Document
from connectors._files.open import not_a_name

MAX_BYTES: Final = 50_000_000
MIME: Final = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".eml": "message/rfc822",
    ".msg": "application/vnd.ms-outlook",
}
_MAX_UNPACKED: Final = 500_000_000
_MAX_XML: Final = 2_000_000
_MAX_CHARACTERS: Final = 1_000_000
_SECONDS: Final = 60
_CORE: Final = {
    "title": "title",
    "creator": "author",
    "created": "created_at",
    "modified": "edited_at",
    "version": "version",
    "category": "category",
    "contentStatus": "status",
    "language": "language",
    "identifier": "doc_id",
}
_LABEL: Final = re.compile(r"MSIP_Label_[0-9a-fA-F-]{8,40}_(Name|SetDate)")
_LABEL_FIELDS: Final = {"Name": "sensitivity_label", "SetDate": "sensitivity_set_at"}
_NOT_INSTALLED: Final = "it is read by what lineage-audit[documents] brings, which is not installed"


class _UnreadableError(Exception):
    """A file cannot be read, and why, without a word of it."""


def read_office(data: bytes, ending: str, *, text: bool) -> Document:
    """Read a file; what cannot be read is a Document that says why."""
    if len(data) > MAX_BYTES:
        return Document(broken=f"it is larger than {MAX_BYTES // 1_000_000} MB", size=len(data))
    try:
        properties = _READERS[ending](data)
        found = _text(data, MIME[ending]) if text else ""
    except _UnreadableError as broken:
        return Document(broken=str(broken), size=len(data))
    except ImportError:
        return Document(broken=_NOT_INSTALLED, size=len(data))
    except Exception as error:  # noqa: BLE001 - readers of hostile files fail in any way, and quote the file
        return Document(broken=f"{ending} cannot be read ({type(error).__name__})", size=len(data))
    front = {key: value for key, value in properties.items() if key not in OWN_FIELDS and not not_a_name(key)}
    kept = dict(list(front.items())[:MAX_KEYS])
    rest = [f"{key}: {value}" for key, value in properties.items() if key not in kept]
    body = "\n".join([found[:_MAX_CHARACTERS], *rest]) if text else ""
    cut = len(found) > _MAX_CHARACTERS
    return Document(kept, kept.get("title"), body, left_out=len(rest), cut=cut, size=len(data))


def _text(data: bytes, mime: str) -> str:
    import kreuzberg

    config = kreuzberg.ExtractionConfig(use_cache=False, disable_ocr=True, extraction_timeout_secs=_SECONDS)
    return str(kreuzberg.extract_bytes_sync(data, mime, config).content)


def _pdf(data: bytes) -> Mapping[str, str]:
    import logging

    from pypdf import PdfReader

    # What it logs quotes the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _UnreadableError("it is protected by a password")
    information = reader.metadata
    if information is None:
        return {}
    told = {str(key).removeprefix("/"): str(value) for key, value in information.items()}
    dates = {"created_at": information.creation_date, "edited_at": information.modification_date}
    known = {"title": told.pop("Title", None), "author": told.pop("Author", None)}
    for key in ("CreationDate", "ModDate", "Producer", "Creator", "Subject", "Keywords", "Trapped"):
        told.pop(key, None)
    known |= {key: _moment(value) for key, value in dates.items()}
    return _named({key: value for key, value in known.items() if value}, told)


def _office(data: bytes) -> Mapping[str, str]:
    # An encrypted Office file is no archive but an older kind of container.
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _UnreadableError("it is protected by a password, or of an older format")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(one.file_size for one in archive.infolist()) > _MAX_UNPACKED:
            raise _UnreadableError(f"it unpacks to more than {_MAX_UNPACKED // 1_000_000} MB")
        known = {_CORE[key]: value for key, value in _elements(archive, "docProps/core.xml") if key in _CORE}
        custom = dict(_custom(archive))
    return _named(known, custom)


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, str]]:
    for element in _xml(archive, name):
        if element.text and element.text.strip():
            yield element.tag.rpartition("}")[2], element.text.strip()


def _custom(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for element in _xml(archive, "docProps/custom.xml"):
        value = "".join(element.itertext()).strip()
        if (name := element.get("name")) and value:
            yield name, value


def _xml(archive: zipfile.ZipFile, name: str) -> list[ElementTree.Element]:
    try:
        told = archive.getinfo(name)
    except KeyError:
        return []
    if told.file_size > _MAX_XML:
        raise _UnreadableError("its properties are larger than 2 MB")
    data = archive.read(told)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise _UnreadableError("its properties define entities")
    return list(ElementTree.fromstring(data))  # noqa: S314 - bounded, and what defines entities is refused above


def _mail(data: bytes) -> Mapping[str, str]:
    message = BytesParser(policy=policy.default).parsebytes(data, headersonly=True)
    if not message.keys():
        raise _UnreadableError("it has no header of a mail")
    found = {"title": str(message.get("Subject", "")), "author": str(message.get("From", ""))}
    with suppress(ValueError):
        found["sent_at"] = _moment(parsedate_to_datetime(str(message.get("Date", "")))) or ""
    label = str(message.get("msip_labels", ""))
    return _named({key: value for key, value in found.items() if value}, dict(_header_labels(label)))


def _header_labels(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";"):
        key, _, value = part.strip().partition("=")
        if value:
            yield key, value


def _outlook(data: bytes) -> Mapping[str, str]:
    import kreuzberg

    config = kreuzberg.ExtractionConfig(use_cache=False, disable_ocr=True, extraction_timeout_secs=_SECONDS)
    told = kreuzberg.extract_bytes_sync(data, MIME[".msg"], config).metadata
    found = {"title": told.get("subject"), "author": told.get("from_email"), "sent_at": told.get("date")}
    return {key: str(value) for key, value in found.items() if value}


def _named(known: Mapping[str, str], custom: Mapping[str, str]) -> Mapping[str, str]:
    """Give properties by names of fields: labels by what they are, others in lower case, the known ones first."""
    found = dict(known)
    for key, value in custom.items():
        if label := _LABEL.fullmatch(key):
            found.setdefault(_LABEL_FIELDS[label[1]], value)
        elif not key.startswith("MSIP_Label_"):
            found.setdefault(re.sub(r"[\s_-]+", "_", key.strip()).lower(), value)
    return found


def _moment(value: datetime | None) -> str | None:
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


_READERS: Final[Mapping[str, Callable[[bytes], Mapping[str, str]]]] = {
    ".pdf": _pdf,
    ".docx": _office,
    ".pptx": _office,
    ".xlsx": _office,
    ".eml": _mail,
    ".msg": _outlook,
}
