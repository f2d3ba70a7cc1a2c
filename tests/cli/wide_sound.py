"""No count of channels ends a command otherwise than in a file that is right, or in a line."""

import contextlib
import io
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile
from clips import RATE, FakeVoice, make_clip

#: Those that are treated in every way, and those that are mastered; every count is read and written.
COUNTS, MASTERED = (8, 64), (1, 2, 6, 7, 8, 9, 16, 24, 33, 64)
#: What a file may say of where its channels belong: nowhere, everywhere, too few places, too many, strange ones.
MASKS = (0, 0xFFFFFFFF, 0x3, 0x3FFFF, 0x80000000, 0x55555555)


def tones(channels: int, duration_s: float = 0.4) -> np.ndarray:
    """A tone of its own for each channel, so that none is mistaken for another."""
    t = np.arange(round(duration_s * RATE)) / RATE
    return np.stack([0.1 * np.sin(2 * np.pi * 100 * (n + 2) * t) for n in range(channels)]).astype(np.float32)


def places(path: Path) -> list[int]:
    """Which of `tones` each channel of a file holds."""
    from voicekit.media import open_sound

    waveform = np.concatenate(list(open_sound(path).read()), axis=1)[:, RATE // 10 : RATE // 10 + RATE // 5]
    return [round(np.abs(np.fft.rfft(channel)).argmax() * 5 / 100) - 2 for channel in waveform]


def in_place(found: list[int], n: int, lossy: bool) -> bool:
    """Whether each channel is where it was; lossy codecs keep little of that of low frequencies, the fourth."""
    return len(found) == n and all(found[m] == m for m in range(n) if m != 3 or not lossy)


def voicekit(*arguments) -> tuple[int, str]:
    """Runs a command as the shell does; its exit code, and what it says on stderr."""
    from voicekit import cli

    sys.argv = ["voicekit", *map(str, arguments)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            cli.main()
        except SystemExit as stop:
            return stop.code or 0, said.getvalue()
    return 0, said.getvalue()


def kept(n: int, given: Path, command: str, *arguments, ending: str = ".wav") -> None:
    """The command leaves each channel in its place, or says in a line that such a file cannot hold so many."""
    out = given.with_name(f"out-{command}{ending}")
    code, said = voicekit(command, given, "-o", out, *arguments)
    if code:
        assert code == 1 and f"{n} channels" in said and said.count("\n") == 1, (command, said)
    else:
        assert in_place(places(out), n, lossy=ending != ".wav"), (command, ending, places(out))


def any_count(folder: Path) -> None:
    """One to 64 channels, in, out and mastered."""
    from voicekit.media import open_sound, write_sound

    for n in range(1, 65):
        given = folder / f"{n}.wav"
        soundfile.write(given, tones(n).T, RATE)
        write_sound(folder / "copy.wav", open_sound(given).read(), RATE, open_sound(given).layout)
        assert places(folder / "copy.wav") == list(range(n))
        if n in COUNTS:
            code, said = voicekit("check", given, "--for", "podcast")
            assert code in (0, 1) and not said.startswith("voicekit:"), said
        for ending in (".wav", ".flac", ".m4a", ".mp3") if n in COUNTS else (".wav",) if n in MASTERED else ():
            kept(n, given, "master", "--for", "youtube", ending=ending)
    soundfile.write(folder / "65.wav", tones(65).T, RATE)
    for command in (("check", "--for", "podcast"), ("master", "--for", "podcast", "-o", folder / "out.wav")):
        code, said = voicekit(command[0], folder / "65.wav", *command[1:])
        assert code in (1, 2) and "of 65 channels; at most 64 are read" in said and said.count("\n") == 1, said


def any_mask(folder: Path) -> None:
    """WAVs that say where their channels belong, rightly or not."""
    for n in (1, 2, 7, 8, 12, 18, 64):
        soundfile.write(folder / "a.wav", tones(n).T, RATE, format="WAVEX", subtype="PCM_24")
        data = bytearray((folder / "a.wav").read_bytes())
        for mask in MASKS:
            struct.pack_into("<I", data, data.index(b"fmt ") + 28, mask)
            (folder / f"{n}-{mask:x}.wav").write_bytes(data)
            kept(n, folder / f"{n}-{mask:x}.wav", "master", "--for", "youtube")


def any_container(folder: Path) -> None:
    """What other programs write."""
    import av

    for n in COUNTS:
        for ending, kind in (("w64", "W64"), ("caf", "CAF"), ("aiff", "AIFF"), ("au", "AU"), ("rf64.wav", "RF64")):
            soundfile.write(folder / f"{n}.{ending}", tones(n).T, RATE, format=kind, subtype="PCM_16")
            kept(n, folder / f"{n}.{ending}", "master", "--for", "youtube")
    for n, ending, codec, layout in (
        *((n, "mkv", "pcm_s16le", f"{n} channels") for n in COUNTS),
        *((n, "mov", "pcm_s24le", f"{n} channels") for n in COUNTS),
        *((8, ending, codec, "7.1") for ending, codec in (("mp4", "aac"), ("flac", "flac"), ("ogg", "libopus"))),
        (16, "m4a", "aac", "hexadecagonal"),
    ):
        path = folder / f"{n}-{codec}.{ending}"
        with av.open(str(path), "w") as out:
            stream = out.add_stream(codec, rate=RATE, layout=layout)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(tones(n).T).reshape(1, -1), "flt", layout)
            frame.sample_rate = RATE
            resampler = av.AudioResampler(stream.format.name, layout, RATE, frame_size=stream.frame_size or 1024)
            for each in (*resampler.resample(frame), *resampler.resample(None)):
                out.mux(stream.encode(each))
            out.mux(stream.encode(None))
        code, said = voicekit("master", path, "-o", folder / "out.wav", "--for", "youtube")
        assert code == 0 and in_place(places(folder / "out.wav"), n, lossy=True), (path, said)


def every_treatment(folder: Path) -> None:
    for n in COUNTS:
        given = folder / f"{n}.wav"
        soundfile.write(given, tones(n).T, RATE)
        for command in (
            ("restore",),
            ("enhance",),
            ("post",),
            ("denoise",),
            ("denoise", "--engine", "afftdn", "--reduction", 9),
        ):
            kept(n, given, *command)
        if n == COUNTS[0]:
            kept(n, given, "denoise", "--engine", "noisereduce", "--reduction", 9)
            code, said = voicekit("separate", given, "-o", folder / "parts")
            assert code == 0 and len(list((folder / "parts").iterdir())) == 2, said
        assert voicekit("compare", given, given, "-o", folder / "c.png")[0] == 0


def films_music_and_datasets(folder: Path) -> None:
    from voicekit.dataset import recording, recording_job
    from voicekit.film.assembly.music import open_music
    from voicekit.media import mux, probe
    from voicekit.recognition import speech, text_check
    from voicekit.speech import voices

    voices.find_voice = lambda name=None, **_: voices.Voice("fake", folder, "fake", "en", {})
    voices.load_engine = lambda voice, device="auto": FakeVoice()
    text_check.disagreement = lambda *arguments: None

    def loud(blocks):
        for block in blocks:
            frames = block.reshape(-1, speech.FRAME_LENGTH)
            yield (np.sqrt(np.mean(frames**2, axis=1)) > 1e-3).astype(np.float32)

    original = recording_job.decode_and_analyse
    assert original is recording.decode_and_analyse
    recording_job.decode_and_analyse = lambda *given, **how: original(*given, **how | {"find_speech": loud})
    (folder / "script.txt").write_text("One two.\n")
    picture = make_clip(folder / "picture.mp4", 2.0)
    for n in COUNTS:
        film = folder / f"{n}.mkv"
        mux(picture, [tones(n, 2.0)], RATE, film, n)
        code, said = voicekit("narrate", folder / "script.txt", "--video", film, "-o", folder / f"out{n}.mkv")
        assert code == 0 and probe(folder / f"out{n}.mkv").has_audio, said
        kept(n, film, "master", "--for", "youtube", ending=".mkv")
        recordings = folder / f"recordings{n}"
        recordings.mkdir()
        soundfile.write(recordings / "a.wav", np.pad(tones(n, 2.0), ((0, 0), (RATE, RATE))).T, RATE)
        (recordings / "a.txt").write_text("A long tone.")
        code, said = voicekit("prepare", recordings, "--out", folder / "datasets", "--jobs", 1)
        assert code == 0, said
        music = open_music(recordings / "a.wav", 6.0)
        assert sum(block.shape[1] for block in music.bed(6 * 48_000, -22.0)) == 6 * 48_000


def holds_in_a_process_of_its_own(what, folder: Path) -> None:
    """Runs one of these there: what went wrong here ended it."""
    here = Path(__file__).parent
    run = f"import wide_sound as w; w.{what.__name__}(pathlib.Path(sys.argv[1]))"
    code = f"import pathlib, sys; sys.path[:0] = sys.argv[2:]; {run}"
    command = [sys.executable, "-W", "error", "-c", code, folder, here, here.parent]
    environment = os.environ | {"VOICEKIT_CACHE": str(folder / "cache")}
    result = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    assert result.returncode == 0, (result.returncode, result.stdout[-2000:], result.stderr[-3000:])
