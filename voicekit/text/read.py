"""Text files that people wrote, in whatever encoding their program saved them."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from voicekit.core.errors import ScriptError
from voicekit.core.patterns import lazy_pattern
from voicekit.core.wording import decimal, some
from voicekit.text.encodings import guess_encoding

#: A longer text is no script: the Bible has 4.4 MB, and takes more than 70 hours to read. It is read into memory, where
#: each sign takes some fifty bytes.
MOST_BYTES = 5_000_000
#: Takes what a person should know about a text, one line a call.
Note = Callable[[str], None]


def unheard(line: str) -> None:
    """The note of a text of which all has been told before."""


# They come from terminals and damaged files; tabs and what ends a line or page are text.
_CONTROL = lazy_pattern(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NOT_TEXT = lazy_pattern(rb"[\x01-\x06\x0e-\x1a\x1c-\x1f]")
#: The first bytes of files that are not plain text, though much of them may look like it.
_OTHER_FILES = (
    (b"%PDF-", "a PDF; copy its text into a plain text file"),
    (b"{\\rtf", "a rich text file; save it as plain text"),
    (b"PK\x03\x04", "an archive or a document of Word, Pages or another program; save it as .docx, .epub or plain text"),
    (b"\xd0\xcf\x11\xe0", "a Word file; save it as plain text"),
)
#: The endings of documents that are read by what they are.
_DOCUMENTS = (".docx", ".docm", ".odt", ".epub", ".fdx", ".html", ".htm", ".xhtml")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
#: Truncated UTF-8 letters: emoji, quotation marks, others; “café”” in Windows-1252 looks like one.
_CUT = lazy_pattern(
    rb"\xf0[\x90-\x9f][\x80-\xbf]?(?![\x80-\xbf])|\xe2\x80(?![\x80-\xbf])|(?<![A-Za-z])[\xe0-\xef][\x80-\xbf](?![\x80-\xff])"
)
_LONE = lazy_pattern(rb"(?<![!-~\x80-\xff])[\xc0\xc1\xf5-\xff](?![!-~\x80-\xff])")
#: A language in a file's name: “film.ru.srt”, “script_de.txt”.
_LANGUAGE = lazy_pattern(r"[._-]([a-z]{2})(?:[-_][A-Za-z]{2,4})?(?:\.\w+)*$")


def read_text(path: Path | str, note: Note) -> str:
    """A text file, see `decode`; or the text of a document: Word, OpenDocument, EPUB, HTML, Final Draft.

    Raises:
        ScriptError: the file is missing, damaged, or is no text.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix in _DOCUMENTS and path.is_file():
        text = _CONTROL.sub("", _read_document(path, suffix, note))
        if len(text) > MOST_BYTES:
            raise ScriptError(_too_long(path, MOST_BYTES))
        return text
    return decode(read_bytes(path), path, note)


def _read_document(path: Path, suffix: str, note: Note) -> str:
    if suffix in (".docx", ".docm", ".odt"):
        from voicekit.text.documents.word import read_docx, read_odt

        return read_odt(path, note) if suffix == ".odt" else read_docx(path, note)
    if suffix == ".epub":
        from voicekit.text.documents.epub import read_epub

        return read_epub(path, note)
    if suffix == ".fdx":
        from voicekit.text.documents.final_draft import read_fdx

        return read_fdx(read_bytes(path), path)
    from voicekit.text.documents.pages import page_text

    return page_text(decode(read_bytes(path), path, note))


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """A file of at most `most` bytes. Raises ScriptError where it is missing, larger, or cannot be read."""
    try:
        with path.open("rb") as file:
            return at_most(file, path, most)
    except FileNotFoundError as error:
        raise ScriptError(f"{path} does not exist; check its name") from error
    except IsADirectoryError as error:
        raise ScriptError(f"{path} is a folder; name a text file") from error
    except OSError as error:
        raise ScriptError(f"cannot read {path}: {error.strerror}") from error


def at_most(file: BinaryIO, name: Path | str, most: int = MOST_BYTES) -> bytes:
    """All of an open file or pipe. Raises ScriptError where that is more than `most` bytes, of which no more are read."""
    data = file.read(most + 1)
    if len(data) > most:
        raise ScriptError(_too_long(name, most))
    return data


def _too_long(name: Path | str, most: int) -> str:
    return f"{name} has more than the {decimal(most / 1e6)} MB that are read of a text; part it into several files"


def decode(data: bytes, name: Path | str, note: Note, language: str | None = None) -> str:
    """Text from bytes: Unicode in any of its forms, else the encoding that makes words of them.

    Control characters are dropped. What was guessed or left out goes to `note`, one line each.

    Args:
        name: of the file, for the messages; “film.ru.srt” says its language as well.
        language: that the text is probably in, by its code.

    Raises:
        ScriptError: it is no text.
    """
    for begin, what in _OTHER_FILES:
        if data.startswith(begin):
            raise ScriptError(f"{name} is {what}")
    hint = _LANGUAGE.search(Path(name).name)
    text = _decoded(data, str(name), note, language or (hint[1] if hint else None))
    return _CONTROL.sub("", text).replace("\ufeff", "")


def _decoded(data: bytes, name: str, note: Note, language: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            return _utf_8(data, name, note, language) if encoding == "utf-8" else _whole(data, encoding, name, note)
    if b"\0" in data:
        if wide := _wide_encoding(data):
            note(f"{name} is not UTF-8: read as {wide[:6].upper()}; save it as UTF-8 if words are wrong")
            return _whole(data, wide, name, note)
        without = data.replace(b"\0", b"")
        # The end of a file that was being written when the power went.
        if not _may_be_text(without) or len(data.rstrip(b"\0")) - len(without) > len(data) // 100:
            raise _no_text(name)
        note(f"{name} holds bytes that are not text (NUL), which are left out; check that nothing else is missing")
        data = without
    return _utf_8(data, name, note, language)


def _utf_8(data: bytes, name: str, note: Note, language: str | None) -> str:
    """Text from bytes that are UTF-8 or in an encoding of a byte or two a letter."""
    if data and not _may_be_text(data):
        raise _no_text(name)
    if b"\x1b$" in data and data.isascii():
        try:
            text = data.decode("iso2022_jp_ext")
        except UnicodeDecodeError:
            pass
        else:
            note(_guessed(name, "ISO-2022-JP (Japanese)"))
            return text
    try:
        return _mended(data.decode("utf-8"), name, note)
    except UnicodeDecodeError:
        pass
    lines = data.split(b"\n")
    bad = [number for number, line in enumerate(lines) if not _is_utf_8(line)]
    if _is_mostly_utf_8(data) or _LONE.sub(b"", _CUT.sub(b"", data)).isascii():
        return _mixed(lines, bad, name, note, language)
    guess = guess_encoding(data, language)
    note(_guessed(name, guess.name))
    return _whole(data, guess.encoding, name, note)


def _mixed(lines: list[bytes], bad: list[int], name: str, note: Note, language: str | None) -> str:
    """UTF-8 with some lines of another encoding in it, or with bytes that are of none."""
    foreign = [number for number in bad if _has_foreign_letters(lines[number])]
    guess = guess_encoding(b"\n".join(lines[number] for number in foreign), language) if foreign else None
    lost = sorted(set(bad) - set(foreign))
    if guess:
        note(f"{name} is not UTF-8 in {_lines(foreign)}: read as {guess.name}; save it as UTF-8 if words are wrong")
    if lost:
        note(f"{name} has bytes that are not UTF-8 in {_lines(lost)}; they are left out")
    lost_or_guessed = dict.fromkeys(lost, "utf-8") | dict.fromkeys(foreign, guess.encoding if guess else "utf-8")
    return "\n".join(line.decode(lost_or_guessed.get(n, "utf-8"), "ignore") for n, line in enumerate(lines))


def _whole(data: bytes, encoding: str, name: str, note: Note) -> str:
    """Text in a known encoding; bytes that are none in it are left out, and told."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    lost = [number for number, line in enumerate(text.split("\n")) if "\ufffd" in line]
    note(f"{name} has bytes that are not letters in {_lines(lost)}; they are left out")
    return text.replace("\ufffd", "")


def _mended(text: str, name: str, note: Note) -> str:
    """“cafÃ©” as “café”: UTF-8 that a program took for Windows-1252 and saved as UTF-8."""
    if text.isascii() or not re.search(r"[\xc2-\xf4][^\x00-\x7f]", text):
        return text
    try:
        meant = b"".join(_byte(sign) for sign in text).decode("utf-8")
    except (UnicodeError, ValueError):
        return text
    wrong = next(word for word in text.split() if not word.isascii())
    right = b"".join(map(_byte, wrong)).decode("utf-8", "ignore")
    note(f"{name} was saved in a wrong encoding once (“{wrong[:20]}”): read as it was meant (“{right[:20]}”)")
    return meant


def _byte(sign: str) -> bytes:
    return bytes((ord(sign),)) if ord(sign) in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else sign.encode("cp1252")


def _wide_encoding(data: bytes) -> str | None:
    """The form of Unicode of two or four bytes a letter that has no mark at its beginning; None for none."""
    for encoding, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        sample = data[: len(data) - len(data) % width][:20000]
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        usual = sum(sign in " \n\r.,:0123456789" or "a" <= sign <= "z" for sign in text)
        strange = sum(unicodedata.category(sign) in ("Cc", "Cn", "Co", "Cs") and sign not in "\n\r\t\ufeff" for sign in text)
        if text and usual >= len(text) / 20 and strange <= len(text) / 50:
            return encoding
    return None


def _may_be_text(data: bytes) -> bool:
    return bool(data) and len(_NOT_TEXT.findall(data)) <= len(data) // 50


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf_8(data: bytes) -> bool:
    """Whether more bytes go on with a letter of UTF-8 than stand where none can."""
    text = data.decode("utf-8", "ignore")
    right = len(text.encode("utf-8")) - len(text)
    return right > data.decode("utf-8", "replace").count("\ufffd") - text.count("\ufffd")


def _has_foreign_letters(line: bytes) -> bool:
    """Whether what is no UTF-8 may be a letter in another encoding: a byte that stands beside one."""
    if len(line.decode("utf-8", "ignore").encode("utf-8")) > len(line.decode("utf-8", "ignore")):
        return False  # no line has two encodings
    line = _CUT.sub(b" ", line)
    return re.search(rb"[A-Za-z\xc0-\xff][\xc0-\xff]|[\xc0-\xff][A-Za-z]|[\x81-\xfe]{4}", line) is not None


def _guessed(name: str, encoding: str) -> str:
    return f"{name} is not UTF-8: read as {encoding}; save it as UTF-8 if words are wrong"


def _lines(numbers: Iterable[int]) -> str:
    """Line numbers from 0, in words from 1."""
    found = [str(number + 1) for number in numbers]
    return f"line {found[0]}" if len(found) == 1 else f"lines {some(found)}"


def _no_text(name: str) -> ScriptError:
    return ScriptError(f"{name} is not a text file; save it as plain text")
