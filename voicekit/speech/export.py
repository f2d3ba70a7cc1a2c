"""A voice leaves: as one file that speaks without torch, or as a voice of Piper's."""

from pathlib import Path

from voicekit.core.errors import CheckpointError, ConfigError
from voicekit.core.files import atomic, check_writable
from voicekit.model.exported import exported
from voicekit.model.voice_file import load_info
from voicekit.model.weights import read_weights
from voicekit.speech.native import load
from voicekit.speech.piper import write_piper_voice
from voicekit.speech.voices import EXPORTED, Voice
from voicekit.text.phonemes.lexicon import FILE_NAME
from voicekit.text.read import read_text

_FORMATS = ("voicekit", "piper")


def export(voice: Voice, out: Path, format: str = "voicekit") -> list[Path]:
    """Writes a voice of our own engine for other programs.

    Args:
        out: ends in .onnx.
        format: "voicekit": one file, with its lexicon and model card in it, see `voicekit.runtime`. "piper": with
            OUT.json and a table of tokens beside it, for Piper, Home Assistant, NVDA and sherpa-onnx.

    Returns:
        The files, `out` first.

    Raises:
        ConfigError: the voice is spoken by an engine of others, `out` does not end in .onnx, or there is no such format.
        CheckpointError: the voice is not usable.
        ScriptError: its lexicon is not.
        VoicekitError: `out` cannot be written.
    """
    if voice.engine != "native" or voice.folder.is_file():
        why = (
            "is exported already" if voice.folder.is_file() else f"is spoken by the engine '{voice.engine}', which keeps it"
        )
        raise ConfigError(f"the voice '{voice.name}' {why}; choose one that voicekit trained: voicekit voices")
    if format not in _FORMATS:
        raise ConfigError(f"there is no format '{format}'; choose one of: {', '.join(_FORMATS)}")
    if out.suffix != EXPORTED:
        raise ConfigError(f"{out} does not end in {EXPORTED}; write: -o {out.with_suffix(EXPORTED)}")
    check_writable(out)
    info, weights_path = load_info(voice.folder), voice.folder / "model.safetensors"
    weights = read_weights(weights_path)
    engine = load(voice.folder)  # whoever gets the file cannot mend what does not load
    try:
        if format == "piper":
            return write_piper_voice(out, info, weights, engine.murmured)
        texts = (_text(voice.folder / name) for name in (FILE_NAME, "README.md"))
        model = exported(info, weights, *texts)
    except ValueError as error:
        raise CheckpointError(f"{weights_path} does not fit its voice.toml ({error}); train the voice again") from error
    with atomic(out) as partial:
        partial.write_bytes(model)
    return [out]


def _text(path: Path) -> str:
    return read_text(path, lambda guessed: None) if path.is_file() else ""
