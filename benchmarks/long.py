"""Is a long text spoken whole? A story of two thousand words, streamed, and listened to sentence by sentence.

    python benchmarks/long.py [--voice base] [--text benchmarks/long.txt] [-o long.wav]

The recogniser (pocketsphinx) errs on every fifth word, of people as well: what counts are words in a row that were not
heard, or were heard and are not written. Drift is told from the first and the last minute.
"""

import argparse
import resource
import time
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import soundfile
import soxr
from rich.console import Console
from rich.table import Table

from voicekit.audio.features import f0
from voicekit.speech.voices import find_voice, load_engine
from voicekit.text.phonemes.phonemise import phonemise
from voicekit.text.read import read_text
from voicekit.text.sentences import sentences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice")
    parser.add_argument("--text", type=Path, default=Path(__file__).with_name("long.txt"))
    parser.add_argument("-o", "--out", type=Path, help="WAV file to keep the speech in")
    parser.add_argument("--no-listening", action="store_true", help="speed and memory only")
    arguments = parser.parse_args()
    text = read_text(arguments.text, print)
    engine = load_engine(find_voice(arguments.voice), "cpu")
    engine.synthesize("Ready.")

    before_mib, wall_s, cpu_s, spoken_s = _peak_mib(), time.perf_counter(), time.process_time(), 0.0
    pieces = []
    for piece in engine.stream(text):
        spoken_s += piece.duration_s
        pieces.append((piece.waveform * 32767).astype(np.int16))  # for the listener; the engine keeps none
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s

    table = Table("", "", title=f"{len(text.split())} words, {spoken_s / 60:.1f} minutes", show_header=False)
    table.add_row("real-time factor, by the clock and by processor time", f"{wall_s / spoken_s:.3f}, {cpu_s / spoken_s:.3f}")
    table.add_row("peak memory, before and after", f"{before_mib:.0f}, {_peak_mib():.0f} MiB")
    whole = np.concatenate(pieces).astype(np.float32) / 32767
    for name, part in (
        ("first minute", whole[: 60 * engine.sample_rate]),
        ("last minute", whole[-60 * engine.sample_rate :]),
    ):
        track = f0(part)
        level = 20 * np.log10(np.sqrt(np.square(part[np.abs(part) > 1e-3]).mean()))
        table.add_row(name, f"{level:.1f} dB RMS, F0 median {np.median(track[track > 0]):.0f} Hz")
    if not arguments.no_listening:
        for row in _listen(pieces, [s.text for s in sentences(text)], engine.sample_rate):
            table.add_row(*row)
    Console().print(table)
    if arguments.out:
        soundfile.write(arguments.out, whole, engine.sample_rate)


def _listen(pieces: list[np.ndarray], written: list[str], sample_rate: int) -> list[tuple[str, str]]:
    import pocketsphinx

    assert len(pieces) == len(written), f"{len(pieces)} sentences are spoken, {len(written)} are written"
    recogniser = pocketsphinx.Decoder(loglevel="FATAL")
    longest_lost = longest_added = n_words = n_wrong = 0
    paces, told = [], []
    for piece, sentence in zip(pieces, written, strict=True):
        recogniser.start_utt()
        recogniser.process_raw(soxr.resample(piece, sample_rate, 16_000).tobytes(), full_utt=True)
        recogniser.end_utt()
        best = recogniser.hyp()
        heard, meant = _words(best.hypstr if best else ""), _words(sentence)
        n_words += len(meant)
        for tag, a, b, c, d in SequenceMatcher(None, meant, heard, autojunk=False).get_opcodes():
            lost, added = (b - a) - (d - c), (d - c) - (b - a)
            n_wrong += max(b - a, d - c) if tag != "equal" else 0
            if lost >= 3 or added >= 3:
                told.append(f"{' '.join(meant[a:b])!r} heard as {' '.join(heard[c:d])!r}")
            longest_lost, longest_added = max(longest_lost, lost), max(longest_added, added)
        symbols = phonemise(sentence).symbols
        paces.append(len(symbols) / (len(piece) / sample_rate))
    quarter = len(paces) // 4
    return [
        ("sentences written, spoken", f"{len(written)}, {len(pieces)}"),
        ("words misheard", f"{n_wrong} of {n_words}"),
        ("most words in a row lost, added", f"{longest_lost}, {longest_added}"),
        ("phones a second, first and last quarter", f"{np.mean(paces[:quarter]):.1f}, {np.mean(paces[-quarter:]):.1f}"),
        ("three and more lost or added", "\n".join(told) or "none"),
    ]


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c in "' " else " " for c in text.lower()).split()


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
