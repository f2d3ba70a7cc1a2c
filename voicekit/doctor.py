"""What of voicekit works on this machine, by trying it."""

import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: Distributions that every command may need, by the module that proves they load.
_PACKAGES = {
    "torch": "torch",
    "torchaudio": "torchaudio",
    "lightning-fabric": "lightning_fabric",
    "av": "av",
    "librosa": "librosa",
    "noisereduce": "noisereduce",
    "pyloudnorm": "pyloudnorm",
    "soundfile": "soundfile",
    "soxr": "soxr",
    "silero-vad": "silero_vad",
    "pocketsphinx": "pocketsphinx",
    "espeakng-loader": "espeakng_loader",
    "praat-parselmouth": "parselmouth",
    "safetensors": "safetensors",
}
_REINSTALL = "pip install --force-reinstall voicekit"


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        what: in a person's words.
        state: "ok", "optional" (missing, and voicekit does without) or "missing".
        found: what is there.
        advice: what to do; empty when all is well.
    """

    what: str
    state: str
    found: str
    advice: str = ""


def examine() -> list[Finding]:
    """Everything there is to say, in the order a person would ask."""
    findings = [Finding("Python", "ok", sys.version.split()[0]), _device()]
    findings += [_package(name, module) for name, module in _PACKAGES.items()]
    findings += [
        _try("phones from espeak-ng", _espeak, _REINSTALL),
        _try("built-in voice", _built_in_voice, _REINSTALL),
        _whisper(),
        _demucs(),
        _judges(),
        _writable(Path.cwd()),
        _space(Path.cwd()),
    ]
    return findings


def _device() -> Finding:
    try:
        import torch
    except Exception as error:  # whatever a broken installation raises
        return Finding("device", "missing", f"torch does not load: {error}", _REINSTALL)
    if torch.cuda.is_available():
        return Finding("device", "ok", f"cuda: {torch.cuda.get_device_name()}")
    advice = "training works on it, slowly; a CUDA GPU is used as soon as there is one"
    return Finding("device", "ok", f"cpu, {os.cpu_count()} cores", advice)


def _package(name: str, module: str) -> Finding:
    try:
        importlib.import_module(module)
        return Finding(name, "ok", version(name))
    except PackageNotFoundError:
        return Finding(name, "ok", "version unknown")
    except Exception as error:  # ImportError, or a shared library that does not load
        return Finding(name, "missing", str(error).splitlines()[0][:80], f"pip install --force-reinstall {name}")


def _try(what: str, attempt: Callable[[], str], advice: str) -> Finding:
    try:
        return Finding(what, "ok", attempt())
    except Exception as error:
        return Finding(what, "missing", str(error).splitlines()[0][:80], advice)


def _espeak() -> str:
    from voicekit.text.phonemise import phonemise

    return "".join(phonemise("voice kit").symbols[1:-1])


def _built_in_voice() -> str:
    from voicekit.voices import BUILT_IN, built_in_folder, read_voice

    voice = read_voice(built_in_folder())
    return f"{BUILT_IN}, {voice.language}"


def _whisper() -> Finding:
    what = "speech recognition by Whisper"
    from voicekit.dataset.transcribe import Whisper

    if missing := Whisper.missing("en-us"):
        advice = f"only for recordings without texts, and better judgement: {missing}"
        return Finding(what, "optional", "pocketsphinx is used instead, which errs often", advice)
    return Finding(what, "ok", "faster-whisper and its weights")


def _demucs() -> Finding:
    if importlib.util.find_spec("demucs"):
        return Finding("separation by demucs", "ok", version("demucs"))
    return Finding("separation by demucs", "optional", "–", "pip install 'voicekit[separate]'")


def _judges() -> Finding:
    missing = [name for name in ("speechmos", "resemblyzer") if importlib.util.find_spec(name) is None]
    if not missing:
        return Finding("judges for voicekit evaluate", "ok", "speechmos, resemblyzer")
    advice = "pip install 'voicekit[evaluate]' && pip install --no-deps resemblyzer"
    return Finding("judges for voicekit evaluate", "optional", f"without {', '.join(missing)}", advice)


def _writable(folder: Path) -> Finding:
    if os.access(folder, os.W_OK):
        return Finding("this folder", "ok", f"{folder} can be written to")
    return Finding("this folder", "missing", f"{folder} is read-only", "run voicekit in a folder of your own")


def _space(folder: Path) -> Finding:
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < 2:
        return Finding("disk", "missing", f"{free_gb:.1f} GB free", "free some space; an hour of voice takes about 1 GB")
    return Finding("disk", "ok", f"{free_gb:.0f} GB free")
