"""Is mastering fast, small and right? Noise that swells like speech, under knocks, beside FFmpeg's loudnorm and ebur128.

    python benchmarks/master.py [--minutes 10]

Each runs in a process of its own, so that its peak memory is its own. loudnorm measures and then treats (two passes, its
linear mode where it can), as its documentation advises.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from rich.console import Console
from rich.table import Table

from voicekit.audio.loudness import measure_sound
from voicekit.audio.master import master
from voicekit.audio.presets import find_preset
from voicekit.core.reporter import Reporter
from voicekit.media import open_sound, write_sound
from voicekit.postproduction.chain import run_chain
from voicekit.postproduction.compare import compare

RATE = 48_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--alone", nargs=3, metavar=("JOB", "IN", "OUT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        job, path, out = arguments.alone
        start_s, start_cpu_s = time.perf_counter(), time.process_time()
        said = JOBS[job](path, out)
        took = {"wall_s": time.perf_counter() - start_s, "cpu_s": time.process_time() - start_cpu_s}
        print(json.dumps(took | {"mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "said": said}))
        return
    length_s = 60 * arguments.minutes
    title = f"{arguments.minutes:g} minutes, 48 kHz stereo; speed in times real time"
    table = Table("", "by the clock", "by processor time", "peak MiB", "result", title=title)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.wav"
        write_sound(path, _swelling(length_s), RATE)
        for job in JOBS:
            command = [sys.executable, __file__, "--alone", job, str(path), str(Path(folder) / "out.wav")]
            took = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            speeds = (f"{length_s / took[clock]:.0f}" for clock in ("wall_s", "cpu_s"))
            table.add_row(job, *speeds, f"{took['mib']:.0f}", took["said"])
    Console().print(table)


def _swelling(length_s: float) -> Iterator[np.ndarray]:
    """Bursts four times a second, soft enough to be amplified, and a knock in every second that has to be limited."""
    rng = np.random.default_rng(0)
    t = np.arange(RATE) / RATE
    knock = 0.6 * np.sin(2 * np.pi * 300 * t) * np.exp(-200 * t)
    for _ in range(round(length_s)):
        bursts = 0.03 * rng.normal(size=(2, RATE)) * np.abs(np.sin(2 * np.pi * 2 * t)) ** 3
        yield (bursts + knock).astype(np.float32)


def _result(path: str) -> str:
    found = measure_sound(open_sound(path))
    return f"{found.integrated_lufs:.2f} LUFS, {found.true_peak_db:.2f} dBTP"


def _measure(path: str, out: str) -> str:
    return _result(path)


def _master(path: str, out: str) -> str:
    said: list[str] = []
    reporter = Reporter()
    reporter.say = said.append  # type: ignore[method-assign]
    run_chain(path, out, {"master": lambda sound: master(sound, find_preset("podcast"))}, reporter=reporter)
    return said[-1]


def _compare(path: str, out: str) -> str:
    compare(path, path, out + ".png")
    return ""


def _ebur128(path: str, out: str) -> str:
    last = {}
    for frame in _filtered(path, "ebur128", "metadata=1:peak=true"):
        last = frame.metadata or last
    return f"{last['lavfi.r128.I']} LUFS"


def _loudnorm(path: str, out: str) -> str:
    """What one pass tells of loudness comes from ebur128, for loudnorm tells it to the log alone."""
    last = {}
    for frame in _filtered(path, "ebur128", "metadata=1:peak=true"):
        last = frame.metadata or last
    peak_db = 20 * np.log10(max(float(value) for key, value in last.items() if "true_peaks_ch" in key))
    options = (
        f"I=-16:TP=-2:LRA=11:measured_I={last['lavfi.r128.I']}:measured_TP={peak_db}:measured_LRA={last['lavfi.r128.LRA']}"
        ":measured_thresh=-70:linear=true"
    )
    frames = (frame.to_ndarray().reshape(-1, 2).T for frame in _filtered(path, "loudnorm", options))
    write_sound(out, (frame.astype(np.float32) for frame in frames), 192_000)  # the rate it gives
    return ""


def _filtered(path: str, name: str, options: str) -> Iterator[av.AudioFrame]:
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="fltp", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE))
    middle, sink = graph.add(name, options), graph.add("abuffersink")
    source.link_to(middle)
    middle.link_to(sink)
    graph.configure()
    with av.open(path) as container:
        resampler = av.AudioResampler("fltp", "stereo", RATE)
        for decoded in container.decode(audio=0):
            for frame in resampler.resample(decoded):
                graph.push(frame)
                yield from _pulled(graph)
    graph.push(None)
    yield from _pulled(graph)


def _pulled(graph: av.filter.Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            yield graph.pull()
        except (av.EOFError, av.BlockingIOError):
            return


JOBS = {
    "voicekit: measure": _measure,
    "FFmpeg ebur128": _ebur128,
    "voicekit: master for podcast": _master,
    "FFmpeg loudnorm, two passes": _loudnorm,
    "voicekit: compare": _compare,
}

if __name__ == "__main__":
    main()
