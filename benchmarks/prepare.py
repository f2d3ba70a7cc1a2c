"""How much of a long recording `voicekit prepare` keeps, whether the words are right, how fast, in how much memory.

Kathleen's utterances are put into one file with pauses of 0.4–1 s, beside one text with all sentences:

    python benchmarks/prepare.py --minutes 20

An utterance is right when its text is exactly the sentences whose middles lie in its span. Speech is what was put into the
file without the pauses between sentences, each sentence from its first to its last sound.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import soundfile

from voicekit.audio.level import PEAK_CEILING_DB, RMS_RANGE_DB
from voicekit.audio.loudness import rms_db, to_db, true_peak_db
from voicekit.dataset.manifest import read_manifest, wav_path

RATE = 24_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/kathleen"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--noise-db", type=float, help="white noise at this RMS level, put under the recording")
    parser.add_argument("--suffix", default="flac", help="of the long file: flac, wav, ogg")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recordings = Path(folder) / "recordings"
        recordings.mkdir()
        truth = concatenate(arguments, recordings / f"chapter.{arguments.suffix}")
        print(json.dumps(measure(recordings, truth, arguments), indent=2))


def concatenate(arguments: argparse.Namespace, path: Path) -> list[tuple[float, float, str]]:
    """Writes the long recording and its text; (first sound, last sound, text) of each sentence, in seconds."""
    rng = np.random.default_rng(0)
    rows = [line.split("|") for line in (arguments.data / "metadata.csv").read_text("utf-8").splitlines()]
    truth, at_s = [], 0.0
    with soundfile.SoundFile(path, "w", RATE, 1) as out:
        while at_s < arguments.minutes * 60:
            utterance, text = rows[len(truth) % len(rows)]
            speech, rate = soundfile.read(arguments.data / "wavs" / f"{utterance}.flac", dtype="float32")
            assert rate == RATE
            first, last = _heard(speech)
            truth.append((at_s + first, at_s + last, text))
            pause = rng.normal(0, 10 ** (-65 / 20), int(rng.uniform(0.4, 1.0) * RATE))
            sound = np.concatenate([speech, pause])
            if arguments.noise_db is not None:
                sound = sound + rng.normal(0, 10 ** (arguments.noise_db / 20), len(sound))
            out.write(sound)
            at_s += len(sound) / RATE
    path.with_suffix(".txt").write_text("\n".join(text for *_, text in truth), "utf-8")
    return truth


def _heard(speech: np.ndarray) -> tuple[float, float]:
    """The first and last sound of a sentence, in seconds: frames of 10 ms within 30 dB of its loudest."""
    frames = speech[: len(speech) // 240 * 240].reshape(-1, 240)
    levels = to_db(np.sqrt(np.mean(frames**2, axis=1)))
    loud = np.flatnonzero(levels > levels.max() - 30)
    return loud[0] / 100, (loud[-1] + 1) / 100


def measure(recordings: Path, truth: list[tuple[float, float, str]], arguments: argparse.Namespace) -> dict:
    out = recordings.parent / "datasets"
    command = [sys.executable, "-c", "from voicekit.cli import main; main()", "prepare", str(recordings), "--out", str(out)]
    started = time.monotonic()
    process = subprocess.Popen([*command, "--jobs", str(arguments.jobs)], stdout=subprocess.DEVNULL)
    watch = _Watch(process.pid)
    code = process.wait()
    took_s = time.monotonic() - started
    watch.stop()
    if code:
        raise SystemExit(f"prepare ended with {code}")
    dataset = out / "recordings"
    utterances = read_manifest(dataset)
    right, kept_s, wrong = 0, 0.0, []
    for utterance in utterances:
        inside = [t for a, b, t in truth if utterance.start_s <= (a + b) / 2 < utterance.end_s]
        if " ".join(inside) == utterance.text:
            right += 1
        else:
            wrong.append({"true": " ".join(inside), "text": utterance.text})
    for first, last, _ in truth:
        kept_s += sum(max(0.0, min(last, u.end_s) - max(first, u.start_s)) for u in utterances)
    speech_s = sum(last - first for first, last, _ in truth)
    whole_s = soundfile.info(recordings / f"chapter.{arguments.suffix}").duration
    levels = [soundfile.read(wav_path(dataset, u.id), dtype="float32")[0] for u in utterances]
    rejected = [json.loads(line) for line in (dataset / "rejected.jsonl").read_text("utf-8").splitlines()]
    return {
        "minutes": whole_s / 60,
        "times_faster_than_real": whole_s / took_s,
        # What two cores of their own would need at the least, whatever else this machine is doing.
        "cpu_seconds_a_minute": watch.cpu_s / (whole_s / 60),
        "share_of_speech_kept": kept_s / speech_s,
        "utterances": len(utterances),
        "share_with_right_text": right / len(utterances),
        "outside_level_rule": sum(
            not (RMS_RANGE_DB[0] <= rms_db(w) <= RMS_RANGE_DB[1] and true_peak_db(w) <= PEAK_CEILING_DB) for w in levels
        ),
        "utterance_seconds": [round(f([u.duration_s for u in utterances]), 2) for f in (min, np.median, max)],
        "peak_memory_gib_all_processes": watch.highest / 2**30,
        "peak_memory_gib_one_process": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20,
        "wrong": wrong[:10],
        "rejected": rejected[:10],
    }


class _Watch:
    """Watches a process and its children, on Linux: proportional memory (PSS: shared pages counted once), CPU time."""

    def __init__(self, pid: int) -> None:
        self.highest = 0
        self._cpu_s: dict[int, float] = {}
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.25):
            family = _family(self._pid)
            self.highest = max(self.highest, sum(_pss(pid) for pid in family))
            self._cpu_s |= {pid: _cpu_s(pid) or self._cpu_s.get(pid, 0.0) for pid in family}

    @property
    def cpu_s(self) -> float:
        return sum(self._cpu_s.values())


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
