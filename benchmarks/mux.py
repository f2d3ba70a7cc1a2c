"""How fast packets of a long film are copied, next to `ffmpeg -c copy`.

    python benchmarks/mux.py [FILM] [--minutes 30] [--runs 5]

The film is FILM's packets over and over. Ours and FFmpeg's take turns, each in a process of its own, picture and sound
copied, nothing encoded; once with the index at the end of the file, once moved to its start, as voicekit does.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av

from voicekit.media.container import open_input, url, video_stream
from voicekit.media.copy import copied, copy_picture, copy_sound
from voicekit.media.muxing import write

CLIP = Path(__file__).parents[2] / "shared" / "data" / "video" / "big_buck_bunny_480p_30s.mp4"
#: Name → (ending, options of the container).
WAYS = {"mp4": (".mp4", {}), "mp4, index first": (".mp4", {"movflags": "+faststart"}), "mkv": (".mkv", {})}


def copy(film_path: Path, out_path: Path, options: dict[str, str]) -> None:
    """What `mux` does with keep_sound, but for the new sound."""
    container = "matroska" if out_path.suffix == ".mkv" else "mp4"
    with open_input(film_path) as film, av.open(url(out_path), "w", format=container, container_options=options) as out:
        video = video_stream(film)
        copies = {video: copy_picture(out, video)} | {audio: copy_sound(out, audio) for audio in film.streams.audio}
        write(out, copied(film, copies, out), [])


def repeat(clip: Path, out_path: Path, minutes: float) -> None:
    """A film of the clip's packets over and over."""
    with av.open(str(clip)) as film, av.open(str(out_path), "w") as out:
        streams = {stream: out.add_stream_from_template(stream, opaque=True) for stream in film.streams}
        shift_s, length_s = 0.0, film.duration / 1e6
        while shift_s < minutes * 60:
            film.seek(0)
            for packet in film.demux():
                if packet.dts is None or (shift_s and packet.pts < 0):
                    continue
                shift = round(shift_s / packet.time_base)
                packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, streams[packet.stream]
                out.mux(packet)
            shift_s += length_s


def measured(command: list[str], may_fail: bool = False) -> tuple[float, float, float]:
    """Seconds, seconds of processor time and peak MB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status and not may_fail:
        sys.exit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def ours(film: Path, out: Path, options: dict[str, str]) -> tuple[float, float, float]:
    """Seconds of the copying alone, without the start of Python; processor time and memory with it."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import mux; mux.timed(*sys.argv[2:])"
    command = [sys.executable, "-c", code, str(Path(__file__).parent), str(film), str(out), options.get("movflags", "")]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.stdout.close()
    if status or not said:
        sys.exit(f"failed after {time.perf_counter() - start:.1f} s: {' '.join(command)}")
    return float(said), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def settle(folder: str) -> None:
    """Removes what was made and lets the disk come to rest: nobody pays for what the run before has left."""
    for made in ("ours", "theirs"):
        for path in Path(folder).glob(f"{made}.*"):
            path.unlink()
    os.sync()


def timed(film: str, out: str, movflags: str) -> None:
    start = time.perf_counter()
    copy(Path(film), Path(out), {"movflags": movflags} if movflags else {})
    print(time.perf_counter() - start)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("film", nargs="?", type=Path, default=CLIP)
    arguments.add_argument("--minutes", type=float, default=30)
    arguments.add_argument("--runs", type=int, default=5)
    given = arguments.parse_args()
    ffmpeg = shutil.which("ffmpeg")
    if not ffmpeg:
        print("ffmpeg is not installed (apt install ffmpeg): only ours is measured")
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "long.mp4"
        repeat(given.film, film, given.minutes)
        with av.open(str(film)) as long:
            counts = [stream.frames for stream in long.streams]
        megabytes = film.stat().st_size / 1e6
        print(f"{given.minutes:g} minutes, {megabytes:.0f} MB, {sum(counts)} packets; median of {given.runs} runs")
        print("(seconds of ours without the start of Python, processor time and memory with it)\n")
        print("container            ours s  ffmpeg s  ratio   ours CPU s  ffmpeg CPU s  ours peak MB  ffmpeg peak MB")
        for name, (suffix, options) in WAYS.items():
            flags = ["-movflags", "+faststart"] if options else []
            found: dict[str, list] = {"ours": [], "theirs": []}
            for _ in range(given.runs + 1):  # the first only fills the disk's cache
                settle(folder)
                found["ours"].append(ours(film, Path(folder) / f"ours{suffix}", options))
                if ffmpeg:
                    settle(folder)
                    target = str(Path(folder) / f"theirs{suffix}")
                    command = [ffmpeg, "-v", "error", "-y", "-i", str(film), "-map", "0", "-c", "copy", *flags, target]
                    found["theirs"].append(measured(command))
            (s, cpu, mb), *rest = [
                [statistics.median(column) for column in zip(*runs[1:], strict=True)] for runs in found.values() if runs
            ]
            line = f"{name:18} {s:8.2f}"
            if rest:
                s2, cpu2, mb2 = rest[0]
                line += f" {s2:9.2f} {s / s2:6.2f} {cpu:12.2f} {cpu2:13.2f} {mb:13.0f} {mb2:15.0f}"
            else:
                line += f" {'':16} {cpu:12.2f} {'':13} {mb:13.0f}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
