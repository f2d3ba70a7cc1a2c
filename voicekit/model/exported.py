"""A voice as one .onnx file: its networks, and as metadata all else that it needs to speak.

voice     what voice.toml says, as JSON: language, phones, sizes, calibration, origin
voicekit  the format, the figures of its pitch and level, and the digest of its weights, as JSON
lexicon   the lexicon in its folder
card      its model card, with what may be done with it
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicekit.core.documents import parse_json
from voicekit.core.errors import CheckpointError, ConfigError
from voicekit.core.settings import overlay
from voicekit.model.networks import Figures, weights_digest
from voicekit.model.onnx_voice import voice_graph
from voicekit.model.voice_file import VoiceInfo, info_of

#: Raise this when the runtime needs something that files exported earlier lack.
FORMAT = 1
#: Of a file; ours have 12 MB. One of 2 GB cannot be a single message of Protocol Buffers.
MOST_BYTES = (2 << 30) - 1
#: The field of a model that holds metadata, and of an entry its key and its value.
_METADATA, _KEY, _VALUE = 14, 1, 2
#: How the payload of a field is stored.
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_AGAIN = "export it again with: voicekit export"


@dataclass(frozen=True)
class ExportedVoice:
    """What an .onnx file holds of a voice.

    Attributes:
        model: the whole file.
        digest: of its weights, see networks.Networks.
        lexicon: the text of a TOML file, "" where it has none.
    """

    model: bytes
    info: VoiceInfo
    figures: Figures
    digest: str
    lexicon: str


def exported(info: VoiceInfo, weights: Mapping[str, np.ndarray], lexicon: str = "", card: str = "") -> bytes:
    """The bytes of an .onnx file.

    Args:
        weights: those of its `model.safetensors`, by their names there.
        lexicon, card: the texts of these files in its folder.

    Raises:
        ValueError: the weights are not of the sizes that `info` tells.
    """
    graph, figures = voice_graph(info, weights)
    ours = {"format": FORMAT, "digest": weights_digest(weights), "figures": asdict(figures)}
    voice = json.dumps(asdict(info), ensure_ascii=False, default=str)
    return graph.serialise({"voicekit": json.dumps(ours), "voice": voice, "lexicon": lexicon, "card": card})


def read_exported(path: Path) -> ExportedVoice:
    """The voice in an .onnx file.

    Raises:
        CheckpointError: it is missing, damaged, of another version, or holds no voice of ours.
    """
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise ValueError(f"it has {size >> 20} MB, of at most {MOST_BYTES >> 20}")
        model = path.read_bytes()
        metadata = read_metadata(model)
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} is missing or damaged ({error}); {_AGAIN}") from error
    if not {"voicekit", "voice"} <= metadata.keys():
        raise CheckpointError(f"{path} is an ONNX file, but no voice of voicekit's; make one with: voicekit export")
    try:
        ours, voice = parse_json(metadata["voicekit"]), parse_json(metadata["voice"])
        if ours["format"] != FORMAT:
            raise ConfigError(f"it is of format {str(ours['format'])[:20]}, and this voicekit reads format {FORMAT}")
        figures = overlay(Figures(0.0, 1.0, 0.0, 1.0), ours["figures"], "its figures")
        return ExportedVoice(model, info_of(voice, path), figures, str(ours["digest"])[:64], metadata.get("lexicon", ""))
    except (ValueError, LookupError, TypeError, AttributeError, ConfigError) as error:
        raise CheckpointError(f"{path} is damaged or of another version ({error}); {_AGAIN}") from error


def read_metadata(model: bytes) -> dict[str, str]:
    """The metadata of an ONNX file, the graph in it passed over.

    Raises:
        ValueError: it is not one.
    """
    metadata = {}
    for number, payload in _fields(memoryview(model)):
        if number == _METADATA and isinstance(payload, memoryview):
            entry: dict[int, Any] = dict(_fields(payload))
            key, value = (bytes(entry.get(part, b"")).decode("utf-8") for part in (_KEY, _VALUE))
            metadata[key] = value
    return metadata


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """The fields of a message of Protocol Buffers, by number."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if not number:
            raise ValueError("it is not an ONNX file")
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind == _BYTES:
            size, at = _varint(message, at)
        elif kind in (_FIXED32, _FIXED64):
            size = 4 if kind == _FIXED32 else 8
        else:
            raise ValueError("it is not an ONNX file")
        if at + size > len(message):
            raise ValueError("it is not an ONNX file, or a part of one")
        yield number, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number, and where what follows it begins."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        value |= (message[at] & 0x7F) << shift
        at += 1
        if message[at - 1] < 0x80:
            return value, at
    raise ValueError("it is not an ONNX file, or a part of one")
