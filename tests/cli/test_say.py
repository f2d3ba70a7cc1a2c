"""say as a person meets it: files, pipes, lexicons, and how it fails."""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from voicekit.media import load_audio
from voicekit.speech.native import load


@pytest.fixture
def say(monkeypatch, capsysbinary, tmp_path, tiny_voice, exit_code):
    """Runs `voicekit say ARGS` with the tiny voice in an empty folder; (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def invoke(*args: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = exit_code("say", *args, "--voice", tiny_voice)
        out, err = capsysbinary.readouterr()
        return code, out, err.decode()

    return invoke


TEXT = "The lights come on. Then it begins.\n\nAnother paragraph, it is."


def heard(path: str | Path) -> np.ndarray:
    return soundfile.read(path)[0]


def test_every_format_holds_the_same_sound(say):
    suffixes = ("wav", "flac", "mp3", "m4a", "ogg", "opus")
    for suffix in suffixes:
        assert say(TEXT, "-o", f"x.{suffix}")[0] == 0
    assert np.abs(heard("x.wav") - heard("x.flac")).max() < 1e-4
    wanted = load_audio("x.wav", 24_000)[0]
    for suffix in suffixes[2:]:
        sound = load_audio(f"x.{suffix}", 24_000)[0]
        assert abs(len(sound) - len(wanted)) < 24_000 * 0.1
        assert np.std(sound) == pytest.approx(np.std(wanted), rel=0.1)
    assert sorted(os.listdir()) == sorted(f"x.{suffix}" for suffix in suffixes)


def test_a_pipe_gets_the_same_sound_and_nothing_else(say):
    say(TEXT, "-o", "x.wav")
    code, out, err = say(TEXT, "-o", "-")
    assert code == 0 and err.startswith("-: ")
    samples = np.frombuffer(out[44:], "<i2") / 32768
    assert out[:4] == b"RIFF" and np.abs(samples - heard("x.wav")).max() < 1e-4
    soundfile.write("copy.wav", heard("x.wav"), 24_000)
    assert out[8:40] == Path("copy.wav").read_bytes()[8:40]  # but for the two lengths, the header that others write


def test_a_pipe_gets_each_sentence_as_soon_as_it_is_spoken(tiny_voice):
    """The second sentence is never spoken: the first is heard all the same."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom voicekit.speech.native import load\n"
        "from voicekit.speech.say import stream\n"
        "engine = load(Path(sys.argv[1]))\nsay = engine._say\n"
        "def stuck(line):\n"
        "    return say(line) if 'One' in line.sentence.text else sys.stdin.read()\n"
        "engine._say = stuck\nstream('One two. Three four.', sys.stdout.buffer, engine)\n"
    )
    arguments = [sys.executable, "-c", program, str(tiny_voice)]
    first = load(tiny_voice).synthesize("One two.")
    n_bytes = 44 + 2 * len(first.waveform)
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        timer = threading.Timer(120, process.kill)
        timer.start()
        assert len(process.stdout.read(n_bytes)) == n_bytes
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


def test_a_file_is_read_with_its_lexicon_and_without_its_times(say):
    Path("in").mkdir()
    Path("in/story.txt").write_text("[00:01] The lights come on.\n\n[00:05-00:09] Then it begins.", encoding="utf-16")
    assert say("--file", "in/story.txt", "-o", "story.wav")[0] == 0
    say("The lights come on.\n\nThen it begins.", "-o", "plain.wav")
    assert np.array_equal(heard("story.wav"), heard("plain.wav"))
    Path("in/lexicon.toml").write_text('begins = "ends"')
    say("--file", "in/story.txt", "-o", "beside.wav")
    say("The lights come on.\n\nThen it ends.", "-o", "plain.wav")
    assert np.array_equal(heard("beside.wav"), heard("plain.wav"))
    Path("mine.toml").write_text('begins = "stops"')
    say("--file", "in/story.txt", "-o", "given.wav", "--lexicon", "mine.toml")
    say("The lights come on.\n\nThen it stops.", "-o", "plain.wav")
    assert np.array_equal(heard("given.wav"), heard("plain.wav"))


@pytest.mark.parametrize("arguments", [("-",), ("--file", "-")])
def test_standard_input_is_read_in_any_encoding(say, arguments):
    assert say(*arguments, "-o", "x.wav", stdin="Grüße. Über uns.".encode("cp1252"))[0] == 0
    say("Grüße. Über uns.", "-o", "y.wav")
    assert np.array_equal(heard("x.wav"), heard("y.wav"))


def test_only_sentences_are_in_memory(tiny_voice):
    """A text of a hundred minutes is asked for; of what was spoken nothing is kept."""
    import weakref

    from voicekit.speech.engine import Engine, Speech
    from voicekit.speech.say import stream

    alive = []

    class Long(Engine):
        sample_rate, fingerprint = 24_000, "long"

        def stream(self, text, **how):
            for _ in range(100):
                waveform = np.zeros(24_000, np.float32)
                alive.append(weakref.ref(waveform))
                yield Speech(waveform, 24_000)
                del waveform
                assert sum(ref() is not None for ref in alive) <= 2

    class Nothing(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return len(data)

    assert stream("One.", Nothing(), Long()) == 100


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a"])
def test_a_full_disk(say, monkeypatch, suffix):
    def full(*_):
        raise av.error.OSError(28, "No space left on device")
        yield

    monkeypatch.setattr("voicekit.media.write.encoded", full)
    code, _, err = say(TEXT, "-o", f"x.{suffix}")
    assert code == 1 and err.count("\n") == 1 and f"x.{suffix}" in err and "disk is full" in err
    assert os.listdir() == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Hello ᏣᎳᎩ there.", "-o", "x.wav"), "ᏣᎳᎩ"),
        (("Hi.", "-o", "x.mp4"), "x.mp4: sound can be written as .wav, .flac, .mp3"),
        (("Hi.", "-o", "x.wav", "--lexicon", "none.txt"), "none.txt does not exist"),
        (("Hi.", "-o", "x.wav", "--lexicon", "bad.txt"), "bad.txt, line 1, column 4: there is no “=”"),
        (("--file", "none.txt", "-o", "x.wav"), "none.txt does not exist"),
        (("--file", "binary", "-o", "x.wav"), "binary is not a text file"),
        (("-", "-o", "x.wav"), "nothing to pronounce"),
    ],
)
def test_bad_input_is_one_line(say, arguments, message):
    Path("bad.txt").write_text("no sign here")
    Path("binary").write_bytes(bytes(range(256)))
    before = sorted(os.listdir())
    code, out, err = say(*arguments)
    assert code == 1 and out == b"" and err.count("\n") == 1 and message in err
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("arguments", [(), ("Hi.", "--file", "x.txt")])
def test_either_a_text_or_a_file(say, arguments):
    code, _, err = say(*arguments, "-o", "x.wav")
    assert code == 2 and "either TEXT or --file" in err


def test_a_terminal_gets_no_sound(say, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    code, out, err = say("Hi.", "-o", "-")
    assert code == 1 and out == b"" and "pipe the sound into a player" in err


def test_a_line_of_ten_thousand_characters(say):
    assert say("x" * 2_000 + " word" * 100, "-o", "x.wav")[0] == 0
    assert len(heard("x.wav")) > 24_000 * 60
