"""One script of twelve lines at given times, narrated over the same film by voices of any engines.

    python benchmarks/narrated.py [FILM] --voice base --voice kokoro:af_heart --voice piper:en_US-joe-medium
        --asr-model FOLDER --keep FOLDER

Each voice makes two films: one as people have it, and from the same takes one without the film's own sound, in which it is
measured when each line is heard, and Whisper listens to each. Packets of the picture are compared one by one.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from mux import CLIP
from rich.console import Console
from rich.table import Table

from voicekit.evaluation.metrics import METRICS_RATE, word_errors
from voicekit.media import load_audio, probe
from voicekit.recognition.whisper import Whisper

#: When each line is to be heard, in seconds, and what it says.
LINES = (
    (0.5, "Far below, the forest is still asleep."),
    (3.0, "A mountain catches the first light."),
    (5.5, "Nothing moves, except the grass."),
    (8.0, "And deep in his burrow, somebody snores."),
    (10.5, "He has slept for eleven hours."),
    (13.0, "The morning knocks on the door."),
    (15.5, "Slowly, a very large rabbit appears."),
    (18.0, "He stretches, and he yawns."),
    (20.5, "Then he takes one deep breath of air."),
    (22.8, "A butterfly passes by."),
    (25.0, "Everything smells of flowers."),
    (27.3, "What could go wrong?"),
)
#: A line begins where its power comes to so much below the loudest of the film.
_HEARD_DB, _FRAME_S, _BEFORE_S = -40.0, 0.01, 0.15
_WITHIN_S = 0.05


@dataclass(frozen=True)
class Narrated:
    """What came of one voice.

    Attributes:
        off_s: of each line, from its time to when it is heard.
        misheard: words that Whisper mistakes, misses or adds, with their lines.
        speeds: of each line; 1.2 is 20 % faster.
        same_packets: how many packets of the picture are the clip's, of how many.
    """

    off_s: tuple[float, ...]
    misheard: tuple[str, ...]
    speeds: tuple[float, ...]
    duration_s: float
    loudness_lufs: float
    same_packets: tuple[int, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("film", nargs="?", type=Path, default=CLIP, help="of half a minute")
    parser.add_argument("--voice", action="append", required=True, help="name or folder; any number of times")
    parser.add_argument("--asr-model", type=Path, required=True, help="folder of the weights of Whisper")
    parser.add_argument("--keep", type=Path, required=True, help="folder for the films; what was spoken is kept there too")
    arguments = parser.parse_args()
    arguments.keep.mkdir(parents=True, exist_ok=True)
    script = arguments.keep / "script.txt"
    script.write_text("\n\n".join(f"[00:{start_s:04.1f}] {text}" for start_s, text in LINES), encoding="utf-8")
    os.environ["VOICEKIT_CACHE"] = str(arguments.keep / "cache")
    whisper = Whisper("en-us", arguments.asr_model)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    table = Table("voice", f"heard within {_WITHIN_S * 1000:.0f} ms", "most off, ms", "lines misheard", "faster", "fastest",
                  "film, s", "LUFS", "packets as they were", box=None, pad_edge=False)  # fmt: skip
    for voice in arguments.voice:
        done = narrate(arguments.film, script, voice, arguments.keep, arguments.asr_model, whisper)
        faster = [speed for speed in done.speeds if speed > 1.005]
        within = sum(abs(off_s) <= _WITHIN_S for off_s in done.off_s)
        table.add_row(
            voice, f"{within} of {len(LINES)}", f"{1000 * max(map(abs, done.off_s)):.0f}", str(len(done.misheard)),
            str(len(faster)), f"{max(done.speeds):.2f}", f"{done.duration_s:.1f}", f"{done.loudness_lufs:.1f}",
            "{} of {}".format(*done.same_packets),
        )  # fmt: skip
        for line in done.misheard:
            console.print(f"{voice}: {line}", markup=False)
    console.print(table, markup=False)


def narrate(film: Path, script: Path, voice: str, keep: Path, asr_model: Path, whisper: Whisper) -> Narrated:
    out, alone = (keep / f"{voice.replace(':', '-')}{ending}" for ending in (".mp4", ".alone.mp4"))
    for path, kept in ((out, "all"), (alone, "none")):
        command = [sys.executable, "-m", "voicekit", "narrate", str(script), "--video", str(film), "-o", str(path)]
        subprocess.run([*command, "--voice", voice, "--keep", kept, "--asr-model", str(asr_model)], check=True)
    report = json.loads(out.with_suffix(".report.json").read_text(encoding="utf-8"))
    waveform = load_audio(alone, METRICS_RATE).reshape(-1)
    pictures, before = list(_pictures(out)), list(_pictures(film))
    return Narrated(
        tuple(_off_s(waveform)),
        tuple(_misheard(waveform, [cue["end_s"] for cue in report["cues"]], whisper)),
        tuple(cue["speed"] for cue in report["cues"]),
        probe(out).duration_s,
        report["loudness_lufs"],
        (sum(map(str.__eq__, pictures, before)), len(before)),
    )


def _off_s(waveform: np.ndarray) -> Iterator[float]:
    frame = round(_FRAME_S * METRICS_RATE)
    power = np.square(waveform[: len(waveform) // frame * frame].reshape(-1, frame), dtype=np.float64).mean(1)
    heard = power > power.max() * 10 ** (_HEARD_DB / 10)
    for start_s, _ in LINES:
        first = round((start_s - _BEFORE_S) / _FRAME_S)
        yield (first + int(heard[first:].argmax())) * _FRAME_S - start_s


def _misheard(waveform: np.ndarray, ends_s: Sequence[float], whisper: Whisper) -> Iterator[str]:
    """Each line is heard alone, without the silence after it, in which Whisper would go on by itself."""
    for (start_s, text), end_s in zip(LINES, ends_s, strict=True):
        first, last = (round(at_s * METRICS_RATE) for at_s in (start_s - _BEFORE_S / 2, end_s + _BEFORE_S / 2))
        heard = whisper.transcribe(waveform[first:last])
        if word_errors(heard, text, "en-us")["wer"].total:
            yield f"“{text}” is heard as “{heard}”"


def _pictures(film: Path) -> Iterator[str]:
    with av.open(str(film)) as container:
        for packet in container.demux(video=0):
            if packet.size:
                yield hashlib.sha256(bytes(packet)).hexdigest()


if __name__ == "__main__":
    main()
