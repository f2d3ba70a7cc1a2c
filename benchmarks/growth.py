"""How time and memory grow with what is read: every reader of texts, and the commands that work through a recording or film.

    python benchmarks/growth.py texts [--signs 30000 300000 1000000 3000000] [--only script …]
    python benchmarks/growth.py commands [--minutes 0.5 2 8 30] [--only check …]

Each measurement is a process of its own: its processor time, and the most memory that it had at once. What doubles when the
length does has a growth of 1.0; the last column is that of the time from the third length to the fourth.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

PROSE = "The lights come on over the harbour, and 3 boats leave at 5:30 for the islands. Nobody says *much* about it. "


@dataclass(frozen=True)
class Cost:
    """What a process took, beside what one that does nothing takes."""

    seconds: float
    mib: float


def captions(signs: int) -> str:
    """Subtitles of two seconds each, one behind the other."""
    found, length = [], 0
    for number in count():
        times = (f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d},000" for s in (2 * number, 2 * number + 2))
        found.append(f"{number + 1}\n{' --> '.join(times)}\nA boat leaves, number {number}.\n\n")
        length += len(found[-1])
        if length >= signs:
            return "".join(found)


def clips(signs: int) -> str:
    """A storyboard."""
    clip = (
        "## Clip {}: The harbour (6 seconds)\n- **Visual:** wide shot, pan left\n- **Narration:** [calm] A boat leaves.\n\n"
    )
    return "".join(clip.format(number) for number in range(1, 1 + signs // len(clip)))


def rows(signs: int) -> str:
    """A table of recordings."""
    return "".join(f"a{number:06d}|The lights come on.|The lights come on.\n" for number in range(signs // 48))


def entries(signs: int) -> str:
    """A lexicon."""
    return "".join(f'"word {number}" = "her-MY-oh-nee"\n' for number in range(signs // 32))


def prose(signs: int) -> str:
    return PROSE * (signs // len(PROSE))


def lines(signs: int) -> str:
    return prose(signs).replace(". ", ".\n\n")


def _parsed(name: str) -> Callable[[str], object]:
    from voicekit.text.script.script import parse

    return lambda text: parse(text, name)


def _spoken(text: str) -> object:
    from voicekit.text.phonemes.phonemise import phonemise
    from voicekit.text.sentences import sentences

    return [phonemise(sentence.text) for sentence in sentences(text)]


def _told(text: str) -> object:
    from voicekit.film.storyboard.brief import read_brief

    return read_brief(text, "en-us")


def _normalised(language: str) -> Callable[[str], object]:
    from voicekit.text.normalise.normalise import normalise

    return lambda text: normalise(text, language)


def _table(text: str) -> object:
    from voicekit.dataset.tables import recognise

    return recognise(text, ".csv", lambda name: int(name.startswith("a")))


def _lexicon(text: str) -> object:
    from voicekit.text.phonemes.lexicon import parse_lexicon

    return parse_lexicon(text).mark(PROSE)


def _guessed(text: str) -> object:
    from voicekit.text.read import decode

    return decode(text.replace("a", "ä").encode("cp1252"), "text.txt", lambda note: None)


#: What is read, and what reads it, which is loaded once it is asked for.
TEXTS: dict[str, tuple[Callable[[int], str], Callable[[], Callable[[str], object]]]] = {
    "script of many cues": (lines, lambda: _parsed("script.txt")),
    "script of one line": (prose, lambda: _parsed("script.txt")),
    "subtitles": (captions, lambda: _parsed("script.srt")),
    "storyboard": (clips, lambda: _parsed("script.md")),
    "SSML": (lambda signs: f"<speak>{prose(signs).replace(', and', ' <break/>')}</speak>", lambda: _parsed("script.xml")),
    "brief": (lines, lambda: _told),
    "normalised English": (prose, lambda: _normalised("en-us")),
    "normalised German": (prose, lambda: _normalised("de")),
    "sentences and phonemes": (prose, lambda: _spoken),
    "table of texts": (rows, lambda: _table),
    "lexicon": (entries, lambda: _lexicon),
    "encoding": (lines, lambda: _guessed),
}

COMMANDS: dict[str, Sequence[str]] = {
    "check": ("check", "{sound}", "--for", "podcast"),
    "denoise": ("denoise", "{sound}", "-o", "{out}.wav"),
    "post": ("post", "{sound}", "-o", "{out}.wav"),
    "script check": ("script", "check", "{script}", "--video", "{film}"),
    "narrate": ("narrate", "{script}", "--video", "{film}", "-o", "{out}.mp4", "--no-verify"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    texts = kinds.add_parser("texts")
    texts.add_argument("--signs", type=int, nargs=4, default=[30_000, 300_000, 1_000_000, 3_000_000])
    commands = kinds.add_parser("commands")
    commands.add_argument("--minutes", type=float, nargs=4, default=[0.5, 2.0, 8.0, 30.0])
    for one, known in ((texts, TEXTS), (commands, COMMANDS)):
        one.add_argument("--only", nargs="+", choices=known, default=list(known))
    one_text = kinds.add_parser("text", help="what `texts` runs for each length")
    one_text.add_argument("name")
    one_text.add_argument("signs", type=int)
    one_film = kinds.add_parser("material", help="what `commands` works on")
    one_film.add_argument("folder", type=Path)
    one_film.add_argument("minutes", type=float)
    arguments = parser.parse_args()
    if arguments.kind == "material":
        make_material(arguments.folder, arguments.minutes)
    elif arguments.kind == "text":
        write, reader = TEXTS[arguments.name]
        text, read = write(arguments.signs), reader()
        read(write(1000))  # loads what is loaded once
        if arguments.signs > 1000:
            read(text)
    elif arguments.kind == "texts":
        table = _begun([f"{signs:,} signs" for signs in arguments.signs])
        for name in arguments.only:
            none = _cost([__file__, "text", name, "1000"])
            costs = [_cost([__file__, "text", name, str(signs)], none) for signs in arguments.signs]
            _put(table, name, costs, arguments.signs)
        Console().print(table)
    else:
        table = _begun([f"{minutes:g} min" for minutes in arguments.minutes])
        with tempfile.TemporaryDirectory() as folder:
            material = [_material(folder, minutes) for minutes in arguments.minutes]
            os.environ["VOICEKIT_CACHE"] = f"{folder}/cache"
            for name in arguments.only:
                costs = [_cost(["-m", "voicekit", *(part.format_map(one) for part in COMMANDS[name])]) for one in material]
                _put(table, name, costs, arguments.minutes)
        Console().print(table)


def _begun(lengths: Sequence[str]) -> Table:
    return Table("", *lengths, "growth", title="processor time, and most memory")


def _put(table: Table, name: str, costs: Sequence[Cost], lengths: Sequence[float]) -> None:
    growth = math.log(costs[3].seconds / costs[2].seconds) / math.log(lengths[3] / lengths[2])
    table.add_row(name, *(f"{cost.seconds:.2f} s\n{cost.mib:.0f} MiB" for cost in costs), f"{growth:.2f}")


def _cost(command: Sequence[str], none: Cost = Cost(0.0, 0.0)) -> Cost:
    """What a Python process takes, beside `none`."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1 is what `check` says of a sound that breaks a rule
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said.decode()[-2000:]}")
    seconds = usage.ru_utime + usage.ru_stime
    return Cost(max(seconds - none.seconds, 0.005), max(usage.ru_maxrss / 1024 - none.mib, 0.0))


def _material(folder: str, minutes: float) -> dict[str, str]:
    """Made by a process of its own, because what a process has in memory counts as that of those that it begins."""
    subprocess.run([sys.executable, __file__, "material", folder, str(minutes)], check=True)
    endings = {"sound": ".wav", "film": ".mp4", "script": ".txt", "out": ".out"}
    return {kind: f"{folder}/{minutes:g}{ending}" for kind, ending in endings.items()}


def make_material(folder: Path, minutes: float) -> None:
    """A noisy recording, a film and a script for it, of so many minutes."""
    import av
    import soundfile

    from voicekit.speech.voices import find_voice, load_engine

    sound, film, script = (str(folder / f"{minutes:g}{ending}") for ending in (".wav", ".mp4", ".txt"))
    engine = load_engine(find_voice("base"), "cpu")
    spoken = engine.synthesize(PROSE).waveform
    noise = np.random.default_rng(0).normal(0, 0.02, round(60 * minutes * engine.sample_rate))
    soundfile.write(sound, np.resize(spoken, len(noise)) + noise, engine.sample_rate)
    with av.open(film, "w") as out:
        picture = out.add_stream("mpeg4", rate=25, width=320, height=180, pix_fmt="yuv420p", time_base=Fraction(1, 25))
        pixels = np.random.default_rng(0).integers(0, 255, (180, 320 + 250, 3), dtype=np.uint8)
        for number in range(round(60 * minutes * 25)):  # a pan, and a cut every ten seconds
            shown = pixels if number // 250 % 2 else 255 - pixels
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown[:, number % 250 :][:, :320]), format="rgb24")
            out.mux(picture.encode(frame))
        out.mux(picture.encode())
    cues = (
        f"[{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}] A boat leaves at {s}." for s in range(0, round(60 * minutes), 10)
    )
    Path(script).write_text("\n\n".join(cues), encoding="utf-8")


if __name__ == "__main__":
    main()
