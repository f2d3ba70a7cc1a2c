"""Small files of every kind, damaged by chance, through the readers: each is read, or refused in one line.

Run as a program, in a process of its own, because a decoder may die of what it is given:

    python tests/contract/mutate.py KIND COUNT [--first N] [--keep FOLDER]

Prints the number of each mutation before it is read and what went wrong behind it; `--first N COUNT 1` makes one again.
"""

import argparse
import faulthandler
import os
import re
import resource
import signal
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np

from voicekit.core.errors import VoicekitError

SEED = 20261128
#: A reader may take this long on a file of a second; the machine may be busy with other things.
LIMIT_S = 60
#: Bytes of address space; FFmpeg's threads and Python's libraries take one and a half of it.
LIMIT_BYTES = 6 << 30
RATE = 48_000
#: suffix → (codec of the picture, codec of the sound) of each film or sound to begin with.
MEDIA = {
    "wav": [(None, "pcm_s16le"), (None, "pcm_f32le")],
    "aiff": [(None, "pcm_s16be")],
    "w64": [(None, "pcm_s24le")],
    "caf": [(None, "alac"), (None, "pcm_s16be")],
    "au": [(None, "pcm_mulaw")],
    "aac": [(None, "aac")],
    "flac": [(None, "flac")],
    "mp3": [(None, "libmp3lame")],
    "m4a": [(None, "aac"), (None, "alac")],
    "ogg": [(None, "libopus"), (None, "flac")],
    "mp4": [("mpeg4", "aac"), ("libx264", "libmp3lame")],
    "mov": [("mjpeg", "pcm_s16le"), ("libx264", "aac")],
    "mkv": [("libx264", "libopus"), ("mpeg4", "flac")],
    "webm": [("libvpx", "libopus")],
    "avi": [("mpeg4", "libmp3lame"), ("mjpeg", "pcm_s16le")],
    "ts": [("mpeg2video", "mp2"), ("libx264", "aac")],
    "mpg": [("mpeg1video", "mp2")],
    "flv": [("flv1", "libmp3lame"), ("libx264", "aac")],
    "wmv": [("wmv2", "wmav2")],
    "gif": [("gif", None)],
}
#: FFmpeg's names of containers that go by several endings.
_MUXERS = {"aac": "adts"}
#: Of files whose parts may lie one behind the other.
_JOINED = ("ts", "mpg")
PICTURES = ("png", "jpg", "webp", "tif", "bmp")
TEXTS = {
    "srt": """\
1
00:00:01,000 --> 00:00:02,500
The <i>lights</i> come on.

2
00:00:03,000 --> 00:00:04,000
{\\an8}Then it begins.
""",
    "vtt": """\
WEBVTT

STYLE
::cue { color: red }

1
00:01.000 --> 00:02.500 align:start
<v Tom>The lights&nbsp;come on.

00:03.000 --> 00:04.000
Then<00:03.500><c> it begins</c>.
""",
    "txt": """\
[00:01] Far below, the *forest* is asleep.

[00:12.5-00:15] [calm] Then, [pause 0.8s] [slow]the day[/slow] begins.

[say: SQL|sequel] costs $1,250.50 on 3/4/1999 at 5:30 pm, [say: GIF|/dʒɪf/].
""",
    "md": """\
# A film

## Clip 1: Kick-off (6 seconds)
- **Visual:** wide shot
- **Narration:** [calm] It begins in silence.

## Clip 2: End (4 s)
- **Audio:** crowd
- **Narration:** Then the *lights* come on!
""",
    "ssml": """\
<?xml version="1.0"?>
<speak version="1.1"><p>Far <emphasis>below</emphasis>, <break time="500ms"/>the
<prosody rate="slow" pitch="+2st">forest</prosody> &amp; <sub alias="sea">C</sub>.</p></speak>
""",
    "lexicon": """\
# words
Nguyen = "win"
GIF = "/dʒɪf/"
"New York" = "noo york"
[words]
Hermione = "her-MY-oh-nee"
""",
    "table": """\
path|speaker|text
a.wav|jane|Hello there, Tom.
sub/b.wav|jane|Good "bye".
c|joe|In 1455.
""",
    "csv": """\
file;text;seconds
a.wav;"Hello; there";1,5
b.wav;Good bye.;2
c.wav;"Two
lines";3
""",
    "jsonl": """\
{"audio_filepath": "a.wav", "duration": 1.5, "text": "Hello there."}
{"file_name": "b.wav", "text": "Bye."}
""",
    "recipe": """\
seed = 1
save_every_s = 30.0
[acoustic]
minutes = 2.5
batch = 8
learning_rate = 3e-4
[vocoder]
minutes = 1
""",
    "voice": "",  # the built-in voice's own
    "manifest": """\
{"id": "a-1", "text": "Hello.", "language": "en-us", "split": "train", "recording": "a.wav", "start_s": 0.1, "end_s": 1.5, \
"rms_db": -20.1, "true_peak_db": -3.5, "noise_floor_db": -60, "treatment": ["gain +3.0 dB"], "speaker": ""}
""",
    "corpus": """\
description = "d"
url = "http://x"
licence = "CC0"
language = "en-us"
audio = "*.wav"
speaker = '(?P<speaker>p\\d+)_'
[texts]
layout = "table"
file = "metadata.csv"
text_column = 2
""",
}
#: Whether it is a text → what else a file is spliced with.
_OTHERS = {True: ("srt", "md"), False: ("ogg", "m4a")}
#: What texts meet on their way, and what is written to try a reader.
ODD = [
    *(
        "\ufeff",
        "\u2028",
        "\u202e",
        "\ufffe",
        "\u200d",
        "\x00",
        "\x1a",
        "\x0c",
        "\x85",
        "\U000e0041",
        "\U0001f468\u200d\U0001f469",
    ),
    *(
        "a" + "\u0301" * 3000,
        "[slow]" * 2000,
        "<b>" * 3000,
        "[" * 20_000,
        "*" * 20_001,
        "{" * 3000,
        "<p>" * 500,
        "(" * 9000,
    ),
    *("9" * 400, "-1", "1e999", "nan", "0" * 5000, "99:99:99,999", "-->", "[99999999999:00]", "&#1114112;", "&lol;", "\\"),
    *(
        "word " * 20_000,
        "x" * 100_000,
        "\n" * 5000,
        '"',
        "'''",
        "|" * 3000,
        ",",
        "١٢٣",
        "½" * 500,
        "é" * 999,
        "[say: |]",
        "]]>",
    ),
    *(
        "a = [" * 3000,
        "[a.b.c]\n" * 50,
        '{"a":' * 3000,
        "[[" * 3000,
        "[pause 1e9s]",
        "(6 seconds)" * 99,
        "# " * 3000,
        "> " * 3000,
    ),
]


def seeds(kind: str, folder: Path) -> list[bytes]:
    if kind == "voice":
        from voicekit.speech.voices import built_in_folder

        return [(built_in_folder() / "voice.toml").read_bytes()]
    if kind in TEXTS:
        return [TEXTS[kind].encode()]
    if kind in PICTURES:
        return [_picture(kind, mode) for mode in ("RGB", "L")]
    made = []
    for number, (picture, sound) in enumerate(MEDIA[kind]):
        path = folder / f"seed{number}.{kind}"
        _make(path, picture, sound, _MUXERS.get(kind))
        made.append(path.read_bytes())
    return made + ([b"".join(made)] if kind in _JOINED else [])


def _picture(kind: str, mode: str) -> bytes:
    from PIL import Image

    Image.init()
    memory = BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(noise).convert(mode).save(memory, Image.EXTENSION[f".{kind}"], exif=exif)
    return memory.getvalue()


def _make(path: Path, picture: str | None, sound: str | None, muxer: str | None) -> None:
    """0.6 s of noise and of a tone."""
    import av

    rng = np.random.default_rng(0)
    with av.open(str(path), "w", format=muxer) as out:
        audio = out.add_stream(sound, rate=RATE if sound != "wmav2" else 44_100, layout="stereo") if sound else None
        video = out.add_stream(picture, rate=25) if picture else None
        if sound == "wmav2":
            audio.bit_rate = 128_000
        if video:
            video.width, video.height = 64, 48
            video.pix_fmt = {"mjpeg": "yuvj420p", "gif": "gray"}.get(picture, "yuv420p")
            video.options = {"x264-params": "log-level=none"} if picture == "libx264" else {}
            for n in range(15):
                rows = 48 if picture == "gif" else 72
                frame = av.VideoFrame.from_ndarray(rng.integers(0, 255, (rows, 64), dtype=np.uint8), format=video.pix_fmt)
                frame.pts, frame.time_base = n, Fraction(1, 25)
                out.mux(video.encode(frame))
            out.mux(video.encode(None))
        if not audio:
            return
        tone = (8000 * np.sin(np.arange(round(0.6 * RATE)) * 2 * np.pi * 300 / RATE)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], format="s16", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
        resampler = av.AudioResampler(audio.format.name, "stereo", audio.rate, frame_size=audio.frame_size or 1024)
        for each in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(audio.encode(each))
        out.mux(audio.encode(None))


def mutated(originals: list[bytes], others: list[bytes], is_text: bool, rng: np.random.Generator) -> bytes:
    """One of `originals` with one to four faults."""
    data = bytearray(originals[rng.integers(len(originals))])
    faults = [_flip, _flip, _delete, _repeat, _zero, _truncate, _extreme, _extreme, *([_number, _number] if is_text else [])]
    for _ in range(rng.integers(1, 5)):
        fault = rng.integers(len(faults) + (4 if is_text else 1))
        if not data:
            break
        if fault < len(faults):
            faults[fault](data, rng)
        elif fault == len(faults):
            other = others[rng.integers(len(others))]
            data[rng.integers(len(data)) :] = other[rng.integers(len(other)) :]
        else:
            at = rng.integers(len(data) + 1)
            data[at:at] = ODD[rng.integers(len(ODD))].encode() * int(rng.integers(1, 3))
    return bytes(data)


def _run(data: bytearray, rng: np.random.Generator) -> slice:
    at = int(rng.integers(len(data)))
    return slice(at, at + int(rng.integers(1, 1 + max(1, min(len(data) // 4, 4000)))))


def _flip(data: bytearray, rng: np.random.Generator) -> None:
    # The head of a file is where most of it is decided.
    reach = len(data) if rng.random() < 0.5 else min(len(data), 512)
    for at in rng.integers(reach, size=rng.integers(1, 12)):
        data[at] ^= 1 << int(rng.integers(8))


def _delete(data: bytearray, rng: np.random.Generator) -> None:
    del data[_run(data, rng)]


def _repeat(data: bytearray, rng: np.random.Generator) -> None:
    place = _run(data, rng)
    data[place] = data[place] * int(rng.integers(2, 6))


def _zero(data: bytearray, rng: np.random.Generator) -> None:
    place = _run(data, rng)
    data[place] = bytes(len(data[place]))


def _truncate(data: bytearray, rng: np.random.Generator) -> None:
    del data[int(rng.integers(len(data))) :]


def _extreme(data: bytearray, rng: np.random.Generator) -> None:
    """A field of a length, a count or a time with a value that nobody thinks of."""
    width = int(rng.choice([1, 2, 4, 8]))
    value = int(
        rng.choice([0, 1, 2 ** (8 * width - 1) - 1, 2 ** (8 * width - 1), 2 ** (8 * width) - 1][: 5 if width < 8 else 3])
    )
    reach = len(data) if rng.random() < 0.4 else min(len(data), 400)
    at = int(rng.integers(reach))
    data[at : at + width] = value.to_bytes(width, str(rng.choice(["little", "big"])))[: len(data) - at]


def _number(data: bytearray, rng: np.random.Generator) -> None:
    numbers = list(re.finditer(rb"\d+", data))
    if numbers:
        chosen = numbers[rng.integers(len(numbers))]
        values = (b"0", b"-1", b"9" * 20, b"9" * 400, b"9" * 5000, b"1e400", b"nan", b"inf", b"0.0000001", b"0x7f", b"true")
        data[chosen.start() : chosen.end()] = values[rng.integers(len(values))]


def read_sound(path: Path) -> None:
    """As narrate, post and prepare read it: what it has of its own, and mixed down."""
    from voicekit.media import open_sound, read_audio
    from voicekit.media.tags import read_tags

    sound = open_sound(path)
    n_samples = _checked(sound.read(), sound.channels)
    if abs(n_samples / sound.sample_rate - sound.duration_s) > 1 + 0.1 * sound.duration_s:
        print(f"  told {sound.duration_s:.1f} s, read {n_samples / sound.sample_rate:.1f} s")
    _checked(read_audio(path, 16_000), 1)
    _checked(read_audio(path, 16_000, track="all"), 1)
    read_tags(path)


def _checked(blocks: Iterator[np.ndarray], channels: int) -> int:
    count = 0
    for block in blocks:
        assert block.dtype == np.float32 and block.shape[0] == channels and block.shape[1], block.shape
        assert np.isfinite(block).all(), "not finite"
        count += block.shape[1]
    return count


def read_film(path: Path) -> None:
    """As narrate and produce read it; each reader by itself, for one refuses what another one takes."""
    from voicekit.media import check_mux, left_out, mux, probe
    from voicekit.media.cuts import find_cuts
    from voicekit.media.film import pictures_at, read_pictures
    from voicekit.media.mux import Extras
    from voicekit.media.recode import first_frame, frames_of

    def frames(path: Path) -> None:
        times = [frame.pts * frame.time_base for frame in frames_of(path)]
        assert times == sorted(set(times)), "times of frames"

    def pictures(path: Path) -> None:
        for picture in read_pictures(path):
            assert picture.pixels.dtype == np.uint8 if hasattr(picture, "pixels") else True

    def copy(path: Path, out: str = "copy.mkv", **how) -> None:
        silence = (np.zeros((2, 4800), np.float32) for _ in range(6))
        mux(path, silence, RATE, path.with_name(out), **how)
        probe(path.with_name(out))

    readers: list[Callable[[Path], object]] = [
        *(probe, read_sound, first_frame, frames, pictures, find_cuts, copy),
        lambda path: copy(path, "kept.mp4", extras=Extras(keep_sound=True)),
        lambda path: copy(path, "anew.mp4", burn=[(0.1, 0.4, "Lights")]),
        lambda path: list(pictures_at(path, [0.0, 0.3, 5.0])),
        *(lambda path, out=out: check_mux(path, out, keep_sound=True) for out in ("out.mp4", "out.mkv", "out.webm")),
        lambda path: left_out(path, "out.mp4"),
    ]
    _each(readers, path)


def _each(readers: list[Callable], path: Path) -> None:
    """All readers, though some refuse; what is no refusal comes at the end, so that all is seen at once."""
    wrong = []
    for reader in readers:
        try:
            reader(path)
        except VoicekitError as error:
            print(f"refused: {str(error)[:200]!r}")
            if not _is_for_people(error):
                wrong.append(error)
        except ExceptionGroup as errors:
            wrong += errors.exceptions
        except Exception as error:
            wrong.append(error)
    if wrong:
        raise ExceptionGroup(f"{len(wrong)} readers", wrong)


def _is_for_people(error: VoicekitError) -> bool:
    """One line, of a few hundred signs."""
    return bool(str(error).strip()) and "\n" not in str(error) and len(str(error)) <= 500


def read_picture(path: Path) -> None:
    """As produce reads it."""
    from voicekit.film.pictures.pictures import check_picture, read_picture

    _each([check_picture, read_picture], path)


def read_script(path: Path) -> None:
    """As narrate reads it, and every line as the voice will."""
    from voicekit.text.normalise.normalise import normalise
    from voicekit.text.script.script import aloud, read_script
    from voicekit.text.sentences import sentences

    def cues(path: Path) -> None:
        for cue in read_script(path).cues:
            for sentence in sentences(cue.text):
                normalise(sentence.text)
                normalise(sentence.text, "de")

    readers = [cues]
    if path.suffix in (".txt", ".ssml"):
        readers.append(lambda path: aloud(path.read_bytes().decode("utf-8", "replace")))
    _each(readers, path)


def read_lexicon(path: Path) -> None:
    from voicekit.text.phonemes.lexicon import read_lexicon

    read_lexicon(path)


def read_table(path: Path) -> None:
    from voicekit.dataset.transcripts import find_items

    folder = path.parent / "recordings"
    (folder / "sub").mkdir(parents=True, exist_ok=True)
    for name in ("a.wav", "sub/b.wav", "c.wav"):
        (folder / name).touch()
    for left in (*folder.glob("metadata.*"), *folder.glob("lines.*")):
        left.unlink()
    for name in ("metadata", "lines"):  # the one has to be a table, the other may be one
        path = path.rename(folder / f"{name}{path.suffix}")
        _each([find_items], folder)


def read_recipe(path: Path) -> None:
    from voicekit.core.settings import read_toml
    from voicekit.training.settings import TrainConfig

    read_toml(path, TrainConfig())


def read_voice(path: Path) -> None:
    from voicekit.model.voice_file import load_info
    from voicekit.speech import voices

    path.rename(path.with_name("voice.toml"))
    _each([voices.read_voice, load_info], path.parent)


def read_manifest(path: Path) -> None:
    from voicekit.dataset.manifest import read_manifest

    path.rename(path.with_name("manifest.jsonl"))
    read_manifest(path.parent)


def read_corpus(path: Path) -> None:
    from voicekit.dataset.corpora import read

    read(path)


#: kind → what reads it, and the suffix that its files have.
READERS: dict[str, tuple[Callable[[Path], None], str]] = {
    **{kind: (read_film if MEDIA[kind][0][0] else read_sound, kind) for kind in MEDIA},
    **{kind: (read_picture, kind) for kind in PICTURES},
    **{kind: (read_script, kind) for kind in ("srt", "vtt", "txt", "md", "ssml")},
    "lexicon": (read_lexicon, "toml"),
    "table": (read_table, "csv"),
    "csv": (read_table, "txt"),
    "jsonl": (read_table, "jsonl"),
    "recipe": (read_recipe, "toml"),
    "voice": (read_voice, "toml"),
    "manifest": (read_manifest, "jsonl"),
    "corpus": (read_corpus, "toml"),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=READERS)
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="where the mutated files are left")
    parser.add_argument("--whole", action="store_true", help="what is not damaged, which no reader may refuse")
    parser.add_argument("--die", action="store_true", help="of a signal, as a decoder may")
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable()
    reader, suffix = READERS[arguments.kind]
    with tempfile.TemporaryDirectory() as folder:
        originals = seeds(arguments.kind, Path(folder))
        for original in originals if arguments.whole else ():
            _each([reader], _written(original, Path(folder), suffix))
        # Spliced with a file of another kind as well.
        others = originals + [data for kind in _OTHERS[arguments.kind in TEXTS] for data in seeds(kind, Path(folder))]
        for number in range(arguments.first, arguments.first + arguments.count):
            print(number, flush=True)
            if arguments.die:
                os.kill(os.getpid(), signal.SIGSEGV)
            rng = np.random.default_rng([SEED, number])
            path = _written(mutated(originals, others, arguments.kind in TEXTS, rng), Path(folder), suffix)
            if arguments.keep:
                arguments.keep.mkdir(parents=True, exist_ok=True)
                (arguments.keep / f"{arguments.kind}-{number}.{suffix}").write_bytes(path.read_bytes())
            faulthandler.dump_traceback_later(LIMIT_S, exit=True)
            try:
                _each([reader], path)
            except Exception as error:
                _tell(number, error)
            faulthandler.cancel_dump_traceback_later()
    print(f"done {peak_mb()} MB", flush=True)


def peak_mb() -> int:
    """The most memory that this program took. getrusage would count what its parent took before it started it."""
    with suppress(OSError):
        return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _written(data: bytes, folder: Path, suffix: str) -> Path:
    path = Path(tempfile.mkdtemp(dir=folder)) / f"mutated.{suffix}"
    path.write_bytes(data)
    return path


def _tell(number: int, error: BaseException) -> None:
    """Where it went wrong in voicekit, innermost last; a line for each reader."""
    for each in error.exceptions if isinstance(error, ExceptionGroup) else (error,):
        frames = [f for f in traceback.extract_tb(each.__traceback__) if "voicekit/" in f.filename or "mutate" in f.filename]
        where = " < ".join(f"{'/'.join(Path(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in reversed(frames[-4:]))
        print(f"wrong {number}: {type(each).__name__}: {str(each)[:200]!r} at {where}", flush=True)


if __name__ == "__main__":
    main()
