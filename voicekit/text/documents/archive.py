"""The parts of a document that is a ZIP archive, read within limits: a few bytes may unpack to more than memory holds."""

import zipfile
import zlib
from pathlib import Path

from voicekit.core.errors import ScriptError

#: Of a part, unpacked. The Bible as one part of XML has 15 MB.
MOST_PART_BYTES = 40_000_000
#: Of all parts that are read.
_MOST_BYTES = 200_000_000
_MOST_PARTS = 20_000
_BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)


class Archive:
    """An open archive.

    Raises:
        ScriptError: it is missing, damaged or has too many parts.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._left = path, _MOST_BYTES
        try:
            self._file = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise self._damaged(str(error)) from error
        names = self._file.namelist()
        if len(names) > _MOST_PARTS:
            raise ScriptError(f"{path} has {len(names)} parts; no document has more than {_MOST_PARTS}")
        self.names = frozenset(names)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, name: str) -> bytes:
        """A part. Raises ScriptError where it is missing, damaged, locked or too large."""
        try:
            with self._file.open(name) as part:
                data = part.read(min(MOST_PART_BYTES, self._left) + 1)
        except KeyError as error:
            raise self._damaged(f"its part {name} is missing") from error
        except _BROKEN as error:
            raise self._damaged(str(error)) from error
        except RuntimeError as error:  # zipfile's word for a password
            raise ScriptError(f"{self._path} is locked with a password; save it without one") from error
        self._left -= len(data)
        if len(data) > MOST_PART_BYTES or self._left < 0:
            raise ScriptError(f"{self._path}: its part {name[:60]} is too large to be a text")
        return data

    def _damaged(self, why: str) -> ScriptError:
        return ScriptError(f"{self._path} is damaged ({why[:80]}); save it again, or as plain text")
