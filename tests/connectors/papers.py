"""Documents made by hand for tests: a PDF, Office files and mail that say what they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def pdf(text: str, properties: Mapping[str, str]) -> bytes:
    """Make a PDF of one page, with its information dictionary."""
    information = " ".join(f"/{key} ({value})" for key, value in properties.items())
    content = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< {information} >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size 6 /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 6\n0000000000 65535 f \n{table}{trailer}".encode()


def docx(text: str, core: Mapping[str, str], custom: Mapping[str, str]) -> bytes:
    """Make a Word file of one paragraph, with core and custom properties."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1"'
            f' Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        body = f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>"
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{_WORD}">{body}</w:document>')
        told = "".join(f"<{key}>{value}</{key}>" for key, value in core.items())
        archive.writestr("docProps/core.xml", f"<coreProperties>{told}</coreProperties>")
        told = "".join(f'<property name="{key}"><lpwstr>{value}</lpwstr></property>' for key, value in custom.items())
        archive.writestr("docProps/custom.xml", f"<Properties>{told}</Properties>")
    return stream.getvalue()


def pptx(text: str) -> bytes:
    """Make a file of one slide."""
    slide = "http://schemas.openxmlformats.org/presentationml/2006/main"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.presentationml"
    shape = f"<p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    names = f'xmlns:p="{slide}" xmlns:a="{drawing}" xmlns:r="{_OFFICE}/relationships"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/ppt/presentation.xml" ContentType="{kind}.presentation.main+xml"/>'
            f'<Override PartName="/ppt/slides/slide1.xml" ContentType="{kind}.slide+xml"/></Types>',
        )
        for place, kind_of, target in (
            ("_rels/.rels", "officeDocument", "ppt/presentation.xml"),
            ("ppt/_rels/presentation.xml.rels", "slide", "slides/slide1.xml"),
        ):
            archive.writestr(
                place,
                f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1"'
                f' Type="{_OFFICE}/relationships/{kind_of}" Target="{target}"/></Relationships>',
            )
        archive.writestr(
            "ppt/presentation.xml",
            f'<p:presentation {names}><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>',
        )
        archive.writestr(
            "ppt/slides/slide1.xml", f"<p:sld {names}><p:cSld><p:spTree>{shape}</p:spTree></p:cSld></p:sld>"
        )
    return stream.getvalue()


def xlsx(*rows: tuple[object, ...]) -> bytes:
    """Make a workbook of one sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.properties.creator = "owner"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def eml(text: str, **headers: str) -> bytes:
    """Make a mail."""
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()
