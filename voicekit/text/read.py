"""Text files that people wrote."""

import re
from pathlib import Path

from voicekit.errors import ScriptError

# They come from terminals and damaged files; tabs and what ends a line or page are text.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def read_text(path: Path | str) -> str:
    """A text file in UTF-8 or UTF-16, else Windows' Western European; control characters are dropped.

    Raises:
        ScriptError: the file is missing, or is no text.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ScriptError(f"{path} does not exist; check its name") from error
    except IsADirectoryError as error:
        raise ScriptError(f"{path} is a folder; name a text file") from error
    except OSError as error:
        raise ScriptError(f"cannot read {path}: {error.strerror}") from error
    return decode(data, path)


def decode(data: bytes, name: Path | str) -> str:
    """Text from bytes, as read_text; `name` stands in the message."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    elif b"\0" in data:
        raise ScriptError(f"{name} is not a text file; save it as plain text")
    else:
        encodings = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            return _CONTROL.sub("", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise ScriptError(f"{name} is not a text file; save it as plain text")
