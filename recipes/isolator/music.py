"""Plays scores with a sampled orchestra, for the isolator to learn what music is. All of it may be shipped in weights.

    apt-get install fluidsynth fluid-soundfont-gm freedoom      (FluidR3: MIT licence; Freedoom's music: BSD)
    pip install pretty_midi music21                             (scores of composers long dead)
    python recipes/isolator/music.py ../shared/data/music/pieces

Every score is played several times, each time another stretch of it, in another key and tempo, with the instruments as
written, with others, or with one or two of them alone. Writes mono FLAC files of at most `PIECE_S` seconds at 24 kHz; those
that are there are kept.
"""

import hashlib
import random
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import librosa
import pretty_midi
import soundfile

FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
WADS = sorted(Path("/usr/share/games/doom").glob("freedoom*.wad"))
COMPOSERS = ("bach", "mozart", "haydn", "schumann_robert", "schumann_clara", "joplin", "corelli", "handel", "monteverdi")
SCORES_OF_ONE = 4
PIECE_S = 90.0
SAMPLE_RATE = 24000
TAKES = ("as written", "other instruments", "other instruments", "alone")
#: General MIDI's melodic instruments without its choirs, sound effects and helicopters.
PROGRAMS = [*range(52), *range(55, 91), *range(104, 112)]


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        scores = chain(freedoom(), classics())
        jobs = [pool.submit(take, out, name, data, i) for name, data in scores for i in range(len(TAKES))]
        for done, job in enumerate(jobs, start=1):
            job.result()
            print(f"\r{done}/{len(jobs)}", end="", flush=True)
    print()


def freedoom() -> Iterator[tuple[str, bytes]]:
    """The MIDI lumps of the game's archives (WAD: a header, lumps, a directory of offset, size and name)."""
    seen = set()
    for path in WADS:
        wad = path.read_bytes()
        count, directory = struct.unpack_from("<ii", wad, 4)
        for i in range(count):
            start, size, name = struct.unpack_from("<ii8s", wad, directory + 16 * i)
            lump, title = wad[start : start + size], name.rstrip(b"\0").decode("ascii", "replace")
            if title.startswith("D_") and lump[:4] == b"MThd" and hashlib.md5(lump).digest() not in seen:
                seen.add(hashlib.md5(lump).digest())
                yield f"{path.stem}-{title[2:].lower()}", lump


def classics() -> Iterator[tuple[str, bytes]]:
    from music21 import corpus

    for composer in COMPOSERS:
        paths = sorted(corpus.getComposer(composer))
        for path in random.Random(composer).sample(paths, min(SCORES_OF_ONE, len(paths))):
            try:
                with tempfile.NamedTemporaryFile(suffix=".mid") as file:
                    corpus.parse(path).write("midi", file.name)
                    yield f"{composer}-{Path(path).stem}", Path(file.name).read_bytes()
            except Exception as fault:  # some of the many formats of scores cannot be read
                print(f"\n{path}: left out, {fault}")


def take(out: Path, name: str, data: bytes, number: int) -> None:
    target = out / f"{name}-{number}.flac"
    if target.exists():
        return
    rng = random.Random(f"{name} {number}")
    with tempfile.TemporaryDirectory() as folder:
        score, played = Path(folder) / "score.mid", Path(folder) / "played.wav"
        score.write_bytes(data)
        if not arrange(score, rng, TAKES[number]):
            return
        reverb = ["-R", str(int(rng.random() < 0.5)), "-C", str(int(rng.random() < 0.3))]
        command = ["fluidsynth", "-ni", "-q", *reverb, "-g", "0.4", "-r", "44100", "-F", str(played), str(FONT), str(score)]
        subprocess.run(command, check=True, capture_output=True)
        waveform, _ = librosa.load(played, sr=SAMPLE_RATE, mono=True, duration=PIECE_S)
    peak = abs(waveform).max()
    if peak > 0.003:
        soundfile.write(target, waveform / peak * 0.9, SAMPLE_RATE)


def arrange(path: Path, rng: random.Random, how: str) -> bool:
    """Rewrites the score: a stretch of it, in another key and tempo, for the instruments of this take."""
    try:
        score = pretty_midi.PrettyMIDI(str(path))
    except ValueError:  # damaged
        return False
    voices = [i for i in score.instruments if not i.is_drum and len(i.notes) > 10]
    if not voices:
        return False
    if how == "alone":
        score.instruments = rng.sample(voices, min(len(voices), rng.choice([1, 1, 2])))
    if how != "as written":
        for voice in score.instruments:
            voice.program = rng.choice(PROGRAMS)
    length = score.get_end_time()
    faster, up = 2 ** rng.uniform(-0.3, 0.3), rng.randint(-5, 5)
    start = rng.uniform(0, max(0.0, length - PIECE_S * faster))
    score.adjust_times([start, min(start + PIECE_S * faster, length)], [0, min(PIECE_S, (length - start) / faster)])
    for voice in score.instruments:
        for note in voice.notes if not voice.is_drum else []:
            note.pitch = min(max(note.pitch + up, 0), 127)
    score.write(str(path))
    return bool(score.instruments)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
