"""Books to be read: EPUBs of given pages, and texts."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
LOCK = (
    "<encryption><EncryptedData><EncryptionMethod Algorithm='{}'/><CipherData><CipherReference URI='{}'/></CipherData>"
    "</EncryptedData></encryption>"
)
#: A paragraph of twenty words.
WORDS = "It was a long day and nobody came to the house on the hill until the lamps were lit again."
PARAGRAPH = f"<p>{WORDS}</p>"


def picture(kind: str = "JPEG") -> bytes:
    from PIL import Image

    memory = io.BytesIO()
    Image.new("RGB", (60, 90), (20, 60, 120)).save(memory, kind)
    return memory.getvalue()


def nav(*entries: tuple[str, str]) -> str:
    items = "".join(f'<li><a href="{href}">{title}</a></li>' for href, title in entries)
    return f'<html><body><nav epub:type="toc"><ol>{items}</ol></nav></body></html>'


def epub(
    path: Path,
    pages: Mapping[str, str],
    table: str | None = None,
    *,
    cover: bytes | None = None,
    about: str = "<dc:title>The Lamp</dc:title><dc:creator>Ada Quill</dc:creator><dc:language>en</dc:language>",
    more: Mapping[str, str | bytes] | None = None,
    without: Sequence[str] = (),
) -> Path:
    """An EPUB 3 of pages by their names.

    Args:
        table: the page with the table of contents; None for one that has the pages by their names, "" for none.
        more: parts beside these; `without`: parts that are missing.
    """
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in pages)
    items += '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>' if table != "" else ""
    items += '<item id="pic" href="pic" media-type="image/jpeg" properties="cover-image"/>' if cover else ""
    spine = "".join(f'<itemref idref="{name}"/>' for name in pages)
    parts: dict[str, str | bytes] = {
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": f'<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{about}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        "OEBPS/nav.xhtml": table or nav(*((f"{name}.xhtml", name.capitalize()) for name in pages)),
    }
    parts |= {
        f"OEBPS/{name}.xhtml": f"<html><head><title>x</title></head><body>{text}</body></html>"
        for name, text in pages.items()
    }
    if cover:
        parts["OEBPS/pic"] = cover
    parts |= more or {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            if name not in without:
                archive.writestr(name, data)
    return path
