"""Piper's voices: those in a folder, and those that its makers publish.

A voice is a network NAME.onnx with its settings, NAME.onnx.json, beside it, at any depth; in a folder of its own a
MODEL_CARD tells of its recordings. What is published stands in voices.json, as https://huggingface.co/rhasspy/piper-voices
has it.
"""

import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from voicekit.core.documents import parse_json, read_document
from voicekit.core.download import Published, download
from voicekit.core.errors import PluginError, VoicekitError
from voicekit.core.files import write_text
from voicekit.core.reporter import SILENT, Reporter
from voicekit.text.language_names import espeak_code, short_code

HUB = "https://huggingface.co/rhasspy/piper-voices/resolve/main/"
_LIST = "voices.json"
_MOST_LIST_BYTES = 1 << 23
_MOST_VOICES = 5000
_TIMEOUT_S = 30
_LOWEST_HZ, _HIGHEST_HZ = 8000, 96_000
#: What the environment of this engine reads; others take packages and data of their own.
_READ_AS = ("espeak", "text")
#: The places of a published name: de_DE-thorsten-medium.
_PUBLISHED_NAME = re.compile(r"([a-z]{2,3})_([A-Z]{2}|[0-9]{3})-[^\s:/\\#]{1,100}")
_ESPEAK = {"en_GB": "en-gb", "pt_BR": "pt-br", "es_MX": "es-419", "es_AR": "es-419", "fr_BE": "fr-be", "fr_CH": "fr-ch"}
_LICENCE = re.compile(r"(?im)^[*\-\s]{0,9}licen[sc]e:[ \t]{0,9}([^\r\n]{1,200})")
_NOT_TO_BE_SOLD = re.compile(r"(?i)\bnc\b|non-?\s?commercial|research")


@dataclass(frozen=True)
class PiperVoice:
    """A voice in a folder.

    Attributes:
        model: its network.
        sample_rate: in Hz.
        language: an espeak language code.
        speakers: name → number, where it has several.
        licence: of its recordings, as its MODEL_CARD says; "" where that says nothing.
        reads: what its network takes, such as "espeak".
    """

    model: Path
    sample_rate: int
    language: str
    speakers: dict[str, int] = field(default_factory=dict)
    licence: str = ""
    reads: str = "espeak"

    @property
    def is_spoken(self) -> bool:
        return self.reads in _READ_AS

    @property
    def may_be_sold(self) -> bool | None:
        """None where no MODEL_CARD tells a licence."""
        return not _NOT_TO_BE_SOLD.search(self.licence) if self.licence else None


def voices_in(folder: Path) -> dict[str, Path]:
    """The networks in a folder, or the one that it is, by their voices' names; those without settings are left out."""
    found = [folder] if folder.is_file() else sorted(folder.rglob("*.onnx"))[:_MOST_VOICES]
    return {path.stem: path for path in found if path.suffix == ".onnx" and _settings_of(path).is_file()}


def read_piper_voice(model: Path) -> PiperVoice:
    """Raises PluginError where its settings are damaged, or of another kind."""
    path = _settings_of(model)
    try:
        settings = read_document(path, parse_json)
        sample_rate, speakers = settings["audio"]["sample_rate"], settings.get("speaker_id_map") or {}
        espeak, reads = settings.get("espeak", {}).get("voice", ""), settings.get("phoneme_type", "espeak")
        known = (
            (type(sample_rate) is int and _LOWEST_HZ <= sample_rate <= _HIGHEST_HZ, "audio.sample_rate"),
            (isinstance(speakers, dict) and all(type(one) is int for one in speakers.values()), "speaker_id_map"),
            (isinstance(espeak, str) and isinstance(reads, str), "espeak.voice or phoneme_type"),
            (isinstance(settings["phoneme_id_map"], dict), "phoneme_id_map"),
        )
        if wrong := [name for is_right, name in known if not is_right]:
            raise ValueError(f"{', '.join(wrong)} cannot be")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PluginError(
            f"{path} is no Piper voice's settings ({error}); copy {model.name} and {path.name} again from where they come"
        ) from error
    language = language_of(model.stem) or espeak or "en-us"
    licence = _licence_beside(model)
    return PiperVoice(model, sample_rate, language, speakers if len(speakers) > 1 else {}, licence, reads)


def language_of(name: str) -> str:
    """The espeak language of a published voice by its name; "" for another."""
    found = _PUBLISHED_NAME.fullmatch(name)
    if not found:
        return ""
    code = f"{found[1]}_{found[2]}"
    return _ESPEAK.get(code) or espeak_code(short_code(found[1]))


def published_in(folder: Path) -> dict[str, dict[str, Any]]:
    """What is published, by name, as far as the list of it lies in `folder`. Raises PluginError where that is damaged."""
    path = folder / _LIST
    if not path.is_file():
        return {}
    try:
        return _checked(read_document(path, parse_json, _MOST_LIST_BYTES))
    except (OSError, ValueError) as error:
        raise PluginError(f"{path} is damaged ({error}); fetch it again: voicekit engines add piper") from error


def fetch_list(folder: Path) -> None:
    """Fetches the list of what is published into `folder`.

    Raises:
        PluginError: there is no network, or something else came.
        VoicekitError: it cannot be written.
    """
    otherwise = "put voices (NAME.onnx and NAME.onnx.json) into a folder: voicekit engines add piper --weights FOLDER"
    try:
        with urllib.request.urlopen(HUB + _LIST, timeout=_TIMEOUT_S) as response:
            text = response.read(_MOST_LIST_BYTES + 1).decode("utf-8")
        if len(text) > _MOST_LIST_BYTES or not _checked(parse_json(text)):
            raise ValueError("it is no list of voices")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise PluginError(
            f"{HUB}{_LIST} could not be fetched: {reason}. Run the same command again, or {otherwise}"
        ) from error
    write_text(folder / _LIST, text)


def fetch_voice(name: str, published: dict[str, Any], folder: Path, reporter: Reporter = SILENT) -> Path:
    """Fetches a published voice into `folder`, unless it is there; its network. Raises VoicekitError where it cannot."""
    files = sorted(
        published["files"], key=lambda path: path.endswith(".onnx")
    )  # the network last: with it the voice is there
    place = folder / name
    for path in files:
        file = published["files"][path]
        wanted = Published(HUB + path, PurePosixPath(path).name, file["size_bytes"], file["md5_digest"])
        try:
            download(wanted, place, reporter, f"fetch it by other means into {place}")
        except VoicekitError:
            if not path.endswith((".onnx", ".json")):
                continue  # a card is of use, but not needed
            raise
    return place / f"{name}.onnx"


def _checked(read: Any) -> dict[str, dict[str, Any]]:
    """The voices of a list that anybody may have written; ValueError where it is none."""
    if not isinstance(read, dict):
        raise ValueError("it is no list of voices")
    voices = {}
    for name, voice in list(read.items())[:_MOST_VOICES]:
        files = voice.get("files") if isinstance(voice, dict) else None
        if (
            not _PUBLISHED_NAME.fullmatch(name)
            or not isinstance(files, dict)
            or not all(_is_file(*one) for one in files.items())
        ):
            raise ValueError(f"the voice {name[:60]!r} is damaged")
        if {f"{name}.onnx", f"{name}.onnx.json"} <= {PurePosixPath(path).name for path in files}:
            voices[name] = voice
    return voices


def _is_file(path: str, file: Any) -> bool:
    is_inside = not path.startswith("/") and ".." not in path.split("/") and "\\" not in path and ":" not in path
    return (
        is_inside
        and isinstance(file, dict)
        and type(file.get("size_bytes")) is int
        and isinstance(file.get("md5_digest"), str)
    )


def _settings_of(model: Path) -> Path:
    return model.with_name(f"{model.name}.json")


def _licence_beside(model: Path) -> str:
    """What the card beside a voice says of its licence, if it is the only voice there."""
    card = model.with_name("MODEL_CARD")
    if not card.is_file() or len(list(model.parent.glob("*.onnx"))) > 1:
        return ""
    try:
        text = card.read_text(encoding="utf-8", errors="replace")[:20_000]
    except OSError:
        return ""
    found = _LICENCE.search(text)
    return "".join(filter(str.isprintable, found[1])).strip() if found else ""
