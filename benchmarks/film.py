"""A script of half an hour over a film of half an hour: time and peak memory of every step.

    python benchmarks/film.py [CLIP] [--minutes 30]

The film is CLIP's packets over and over, and the script the demo's sentences, half of them with times. The command runs in a
process of its own, once with nothing in the cache and once with all of it, and once killed halfway and started again.
"""

import argparse
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mux import CLIP, measured, repeat
from rich.console import Console
from rich.table import Table

from voicekit.media import probe
from voicekit.onboarding.demo import SENTENCES
from voicekit.text.script.cue import clock


def write_script(path: Path, film_s: float) -> int:
    """About a sentence every seven seconds, every second one with its time; returns how many."""
    rng, lines, now_s = random.Random(0), [], 2.0
    for sentence in itertools.cycle(SENTENCES):
        if now_s > film_s - 8:
            break
        lines.append(f"[{clock(round(now_s, 1))}] {sentence}" if len(lines) % 2 == 0 else sentence)
        now_s += rng.uniform(5, 9)
    # No line twice, or it would be spoken once: each says its number.
    path.write_text("\n\n".join(f"{line} That was number {n}." for n, line in enumerate(lines, start=1)), encoding="utf-8")
    return len(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("clip", nargs="?", type=Path, default=CLIP)
    parser.add_argument("--minutes", type=float, default=30.0)
    arguments = parser.parse_args()
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film, script = folder / "film.mp4", folder / "script.txt"
        repeat(arguments.clip, film, arguments.minutes)
        film_s = probe(film).duration_s
        n_cues = write_script(script, film_s)
        os.environ["VOICEKIT_CACHE"] = str(folder / "cache")
        program = [sys.executable, "-c", "from voicekit.cli import main; main()"]
        files = [str(script), "--video", str(film), "--voice", "base"]
        narrate = [*program, "narrate", *files, "-o", str(folder / "narrated.mp4")]
        table = Table(f"{n_cues} cues over {film_s / 60:.0f} minutes", "seconds", "processor s", "peak MB")

        def row(title: str, command: list[str], may_fail: bool = False) -> None:
            seconds, busy_s, peak_mb = measured(command, may_fail)
            table.add_row(title, f"{seconds:.0f}", f"{busy_s:.0f}", f"{peak_mb:.0f}")

        row("script check, looking for cuts", [*program, "script", "check", *files], may_fail=True)
        row("script check again", [*program, "script", "check", *files], may_fail=True)
        begun = time.perf_counter()
        process = subprocess.Popen(narrate, stdout=subprocess.DEVNULL)
        while len(list((folder / "cache").glob("*.flac"))) < n_cues / 2:
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kept = len(list((folder / "cache").glob("*.flac")))
        table.add_row(f"narrate, killed with {kept} cues spoken", f"{time.perf_counter() - begun:.0f}", "", "")
        row("the same command again", narrate)
        row("once more, all in the cache", narrate)
        console.print(table)


if __name__ == "__main__":
    main()
