"""Files from the net, whole and as they were published, or not at all; what a broken line left is gone on with.

What has come of NAME so far lies in NAME.part beside it.
"""

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from voicekit.core.errors import VoicekitError
from voicekit.core.files import claimed, explain_os_error
from voicekit.core.reporter import SILENT, Reporter

#: A line that breaks is taken up again so often.
_TRIES = 3
_TIMEOUT_S = 30
_PIECE_BYTES = 1 << 18
_PAGE = ("text/html", "application/xhtml")


@dataclass(frozen=True)
class Published:
    """A file as its makers published it.

    Attributes:
        name: under which it is kept.
        n_bytes, sha256: of the whole file.
    """

    url: str
    name: str
    n_bytes: int
    sha256: str


def download(published: Published, folder: Path, reporter: Reporter = SILENT, otherwise: str = "") -> Path:
    """Fetches a file into `folder`, unless it is there; the file.

    Args:
        otherwise: what a person can do who has no network, for the message.

    Raises:
        VoicekitError: there is no network, the server is down, slow or answers something else, the line broke, the file
            is another one than was published, the disk is full, or another run is fetching it.
    """
    path = folder / published.name
    part = path.with_name(f"{path.name}.part")
    with claimed(path):
        if path.is_file() and _is_as_published(path, published):
            return path
        _receive(published, part, reporter, otherwise)
        if not _is_as_published(part, published):
            part.unlink()
            raise _failed(published, "what came is not the file that was published (its digest differs)", otherwise)
        try:
            os.replace(part, path)
        except OSError as error:
            raise explain_os_error(error, path) from error
    return path


def _receive(published: Published, part: Path, reporter: Reporter, otherwise: str) -> None:
    """Has `part` hold as many bytes as were published."""
    task, reason = f"fetching {published.name}", ""
    try:
        for _ in range(_TRIES):
            gone = _size(part)
            if gone == published.n_bytes:
                return
            try:
                with _opened(published, gone) as response:
                    _append(response, part, published, lambda share: reporter.progress(task, share))
            except urllib.error.HTTPError as error:
                error.close()
                if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    raise _failed(published, f"the server answers {error.code} {error.reason}", otherwise) from error
                part.unlink(missing_ok=True)  # longer than what is there now: of another version
                continue
            except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: a length that is no number
                reason = str(getattr(error, "reason", error) or type(error).__name__)
            size = _size(part)
            if size > published.n_bytes:
                part.unlink()
                raise _failed(published, f"it is longer than the {published.n_bytes} bytes that were published", otherwise)
            if size <= gone and reason:  # nothing came: no other try will help
                break
    finally:
        reporter.progress(task, 1.0)
    if size != published.n_bytes:
        how_far = f"it broke off after {size} of {published.n_bytes} bytes, and will go on from there"
        raise _failed(published, (how_far if size else "nothing came") + (f" ({reason})" if reason else ""), otherwise)


def _opened(published: Published, gone: int) -> http.client.HTTPResponse:
    request = urllib.request.Request(published.url, headers={"Range": f"bytes={gone}-"} if gone else {})
    return urllib.request.urlopen(request, timeout=_TIMEOUT_S)


def _append(response: http.client.HTTPResponse, part: Path, published: Published, tell: Callable[[float], None]) -> None:
    """Writes what comes behind what there is of it, or anew where the server begins anew; not much more than is wanted."""
    if response.headers.get_content_type() in _PAGE:
        raise _failed(published, "a web page came instead of the file; is there a login or a proxy in between?", "")
    goes_on = response.status == http.HTTPStatus.PARTIAL_CONTENT
    size = _size(part) if goes_on else 0
    if goes_on and not response.headers.get("Content-Range", "").startswith(f"bytes {size}-"):
        part.unlink()
        raise ValueError("the server sent another part than it was asked for")
    if not goes_on:
        _write(part, b"", "wb")
    while size <= published.n_bytes and (piece := response.read(_PIECE_BYTES)):
        _write(part, piece, "ab")
        size += len(piece)
        tell(min(size / published.n_bytes, 0.999))


def _write(part: Path, piece: bytes, mode: str) -> None:
    """Raises VoicekitError where it cannot be written; then nothing stays."""
    try:
        with part.open(mode) as file:
            file.write(piece)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise explain_os_error(error, part) from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _is_as_published(path: Path, published: Published) -> bool:
    if _size(path) != published.n_bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == published.sha256


def _failed(published: Published, reason: str, otherwise: str) -> VoicekitError:
    or_else = f", or {otherwise}" if otherwise else ""
    return VoicekitError(f"{published.url} could not be fetched: {reason}. Run the same command again{or_else}")
