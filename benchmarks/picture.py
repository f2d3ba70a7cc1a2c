"""How fast the stage "filters" is, beside FFmpeg's filters on every whole frame, and how good its frames in between are.

    python benchmarks/picture.py [FILM] [--seconds 2] [--heights 480,720,1080]

Each step runs in a process of its own, over frames that lie in memory: frames a second of processor time, and the most
memory after any frame, less what the frames take. The film is scaled to each height; beside it runs a film of slides of
that height, in which a tenth of the picture moves. "all" is the same with skip=False: the same filters through PyAV.
"stage" is the whole stage with the defaults, decoding and coding included. For the frames in between every second frame of
the film is left out and made anew.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from voicekit.film.enhancement.filters import Filters, FiltersOptions, enhanced
from voicekit.film.enhancement.frame_interpolation import doubled
from voicekit.film.stage import Context
from voicekit.media.planes import blank, copy_of, views

CLIP = Path(__file__).parents[2] / "shared" / "data" / "video" / "big_buck_bunny_480p_30s.mp4"
NOTHING = {"denoise": 0.0, "sharpen": 0.0}
STEPS = {
    "defaults": {},
    "denoise": {"sharpen": 0.0},
    "sharpen": {"denoise": 0.0},
    "deband": {**NOTHING, "deband": 0.5},
    "upscale 2": {**NOTHING, "upscale": 2},
    "deflicker": {**NOTHING, "deflicker": 1.0},
    "stabilise": {**NOTHING, "stabilise": True},
    "double_rate": {**NOTHING, "double_rate": True},
}
SKIPPING = ("defaults", "denoise", "sharpen", "deband", "upscale 2")
#: Where the film's part begins: things move there.
START_S = 4.0


def film_frames(path: Path, height: int, count: int, start_s: float = START_S) -> list:
    made = []
    with av.open(str(path)) as film:
        film.seek(round(start_s * 1e6))
        for frame in film.decode(video=0):
            if frame.time < start_s:  # since the key frame
                continue
            width = round(frame.width * height / frame.height / 2) * 2
            frame = frame.reformat(width, height, "yuv420p")
            frame.pts, frame.time_base = len(made), Fraction(1, 25)
            made.append(frame)
            if len(made) == count:
                break
    return made


def slide_frames(height: int, count: int) -> list:
    """A still slide of boxes and lines in which a picture moves, a tenth of it all."""
    rng = np.random.default_rng(0)
    width = height * 16 // 9 // 2 * 2
    boxes = rng.integers(60, 220, (height // 40 + 1, width // 40 + 1))
    base = np.kron(boxes, np.ones((40, 40)))[:height, :width] + rng.normal(0, 2, (height, width))
    tall, wide = height // 3, width // 3
    thing = np.kron(rng.integers(30, 220, (tall // 4 + 1, wide)), np.ones((4, 4)))[:tall]
    made = []
    for number in range(count):
        frame = blank(width, height, "yuv420p")
        y, u, v = views(frame)
        y[:], u[:], v[:] = np.clip(base, 0, 255), 120, 130
        y[tall : 2 * tall, wide : 2 * wide] = thing[:, 3 * number : 3 * number + wide]
        frame.pts, frame.time_base = number, Fraction(1, 25)
        made.append(frame)
    return made


def one(film: str, height: str, step: str, skip: str, count: str) -> None:
    """Prints frames a second of processor time and the most MB above what there was, of one step."""
    count = int(count)
    frames = slide_frames(int(height), count) if film == "slides" else film_frames(Path(film), int(height), count)
    options = FiltersOptions(**STEPS[step], skip=skip == "1")
    next(iter(enhanced([copy_of(frames[0])], options)), None)  # what is loaded at first use
    before_mb, most_mb, made, start = resident_mb(), 0.0, 0, time.process_time()
    for _ in enhanced(frames, options):
        made += 1
        most_mb = max(most_mb, resident_mb())
    spent = time.process_time() - start
    print(made / spent, max(0.0, most_mb - before_mb))


def resident_mb() -> float:
    """What the process holds in memory now; 0 where Linux does not tell."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if status.exists() else 0.0


def measured(film: str, height: int, step: str, skip: bool, count: int) -> tuple[float, float]:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import picture; picture.one(*sys.argv[2:])"
    given = [str(Path(__file__).parent), film, str(height), step, str(int(skip)), str(count)]
    said = subprocess.run([sys.executable, "-c", code, *given], capture_output=True, text=True, check=True).stdout
    fps, megabytes = map(float, said.split())
    return fps, megabytes


def steps(clip: Path, heights: list[int], seconds: float) -> None:
    print(
        "frames a second of processor time, and MB above what the frames take; all: every frame whole, by FFmpeg's filters\n"
    )
    print("film    height  step          ours fps    all fps   faster    MB   all MB")
    for height in heights:
        count = max(8, round(25 * seconds * min(1.0, (480 / height) ** 2)))
        for name, film in (("film", str(clip)), ("slides", "slides")):
            for step in STEPS:
                if name == "slides" and step not in SKIPPING:
                    continue
                fps, mb = measured(film, height, step, True, count)
                line = f"{name:7} {height:6}  {step:12} {fps:9.1f}"
                if step in SKIPPING:
                    whole_fps, whole_mb = measured(film, height, step, False, count)
                    line += f"  {whole_fps:9.1f}  {fps / whole_fps:6.2f}× {mb:5.0f} {whole_mb:8.0f}"
                else:
                    line += f"  {'':9}  {'':7} {mb:5.0f}"
                print(line, flush=True)


def stage(clip: Path, seconds: float) -> None:
    """Both films as files, through the whole stage."""
    print("\nthe whole stage with the defaults, 480 lines, decoding and coding included: frames a second of processor time")
    count = round(25 * seconds)
    with tempfile.TemporaryDirectory() as folder:
        for name, frames in (("film", film_frames(clip, 480, count)), ("slides", slide_frames(480, count))):
            path = Path(folder) / f"{name}.mp4"
            with av.open(str(path), "w") as out:
                video = out.add_stream("libx264", rate=25, options={"crf": "16", "x264-params": "log-level=none"})
                video.width, video.height, video.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
                for frame in frames:
                    frame.pict_type = 0
                    out.mux(video.encode(frame))
                out.mux(video.encode(None))
            fps = []
            for skip in (True, False):
                start = time.process_time()
                Filters().run([path], Path(folder) / "out.mp4", FiltersOptions(skip=skip), Context())
                fps.append(count / (time.process_time() - start))
            print(f"{name:7} {fps[0]:6.1f}   all {fps[1]:6.1f}   {fps[0] / fps[1]:.2f}×", flush=True)


def in_between(clip: Path, seconds: float) -> None:
    """PSNR and SSIM of the frames that were left out, made anew in three ways, at four places of the film."""
    with av.open(str(clip)) as film:
        length_s = film.duration / 1e6
    found: dict[str, list[tuple[float, float]]] = {}
    for place in range(4):
        frames = film_frames(clip, 480, round(6 * seconds) * 2 + 1, length_s * place / 4)
        for way, figures in restored(frames).items():
            found.setdefault(way, []).extend(figures)
    count = len(found["double_rate"])
    print(f"every second frame left out at four places of the film, 480 lines, and made anew: {count} frames")
    print("                PSNR mean   worst   SSIM mean   worst")
    for way, figures in found.items():
        psnrs, ssims = zip(*figures, strict=True)
        print(f"{way:14} {np.mean(psnrs):10.2f} {min(psnrs):7.2f} {np.mean(ssims):11.4f} {min(ssims):7.4f}")


def restored(frames: list) -> dict[str, list[tuple[float, float]]]:
    """Way → (PSNR, SSIM) of every second frame, made from the others."""
    lumas = [views(frame)[0].astype(np.float32) for frame in frames]
    kept = []
    for number, frame in enumerate(frames[::2]):
        kept.append(copy_of(frame))
        kept[-1].pts = number
    made = [views(frame)[0].astype(np.float32) for frame in doubled(kept)]
    ways = {
        "double_rate": lambda n: made[n],
        "blending": lambda n: (lumas[n - 1] + lumas[n + 1]) / 2,
        "repetition": lambda n: lumas[n - 1],
    }
    missing = range(1, len(lumas) - 1, 2)
    return {way: [(psnr(of(n), lumas[n]), ssim(of(n), lumas[n])) for n in missing] for way, of in ways.items()}


def psnr(made: np.ndarray, wanted: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / max(np.mean(np.square(made - wanted)), 1e-3)))


def ssim(made: np.ndarray, wanted: np.ndarray) -> float:
    """Wang et al. 2004, over windows of 8 × 8."""
    from scipy.ndimage import uniform_filter

    def mean(values: np.ndarray) -> np.ndarray:
        return uniform_filter(values.astype(np.float64), 8)[4:-4, 4:-4]

    a, b = mean(made), mean(wanted)
    var_a, var_b, both = mean(made**2) - a * a, mean(wanted**2) - b * b, mean(made * wanted) - a * b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float(np.mean((2 * a * b + c1) * (2 * both + c2) / ((a * a + b * b + c1) * (var_a + var_b + c2))))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("film", nargs="?", type=Path, default=CLIP)
    arguments.add_argument("--seconds", type=float, default=2, help="of film, at 480 lines; fewer frames of larger ones")
    arguments.add_argument("--heights", default="480,720,1080")
    given = arguments.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    in_between(given.film, given.seconds)
    stage(given.film, given.seconds)
    steps(given.film, [int(height) for height in given.heights.split(",")], given.seconds)


if __name__ == "__main__":
    main()
