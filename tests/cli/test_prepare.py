"""The command `voicekit prepare`: what is printed, and one line and exit code 1 for what a person can mend."""

from functools import partial

import numpy as np
import pytest
import soundfile

from voicekit.dataset import recording, recording_job
from voicekit.recognition import speech, text_check

SAMPLE_RATE = 24_000


def loud_is_speech(blocks):
    for block in blocks:
        frames = block.reshape(-1, speech.FRAME_LENGTH)
        yield (np.sqrt(np.mean(frames**2, axis=1)) > 10 ** (-45 / 20)).astype(np.float32)


@pytest.fixture(autouse=True)
def heard(monkeypatch, tmp_path):
    monkeypatch.setattr(
        recording_job, "decode_and_analyse", partial(recording.decode_and_analyse, find_speech=loud_is_speech)
    )
    monkeypatch.setattr(text_check, "disagreement", lambda *arguments: None)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def recordings(tmp_path):
    folder = tmp_path / "recordings"
    folder.mkdir()
    rng = np.random.default_rng(0)
    tone = np.sin(2 * np.pi * 200 * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE) * 0.1
    quiet = np.zeros(SAMPLE_RATE // 2)
    waveform = np.concatenate([quiet, tone, quiet])
    soundfile.write(folder / "a.wav", waveform + rng.normal(0, 1e-4, len(waveform)), SAMPLE_RATE)
    (folder / "a.txt").write_text("A long tone.")
    return folder


@pytest.fixture
def voicekit(capsys, exit_code):
    """Runs `voicekit ARGS`; (exit code, stdout, stderr)."""

    def invoke(*arguments) -> tuple[int, str, str]:
        code = exit_code(*arguments)
        return code, *capsys.readouterr()

    return invoke


def test_the_summary_says_what_was_kept_and_what_comes_next(recordings, voicekit):
    code, out, err = voicekit("prepare", "recordings", "--jobs", 1)
    assert code == 0, err
    for word in ("kept", "1 utterances", "dropped", "level", "noise floor", "clipping", "30 minutes"):
        assert word in out
    assert "voicekit train datasets/recordings" in out.splitlines()[-1]


def test_options_reach_the_dataset(recordings, tmp_path, voicekit):
    arguments = ("prepare", "recordings", "--name", "me", "--out", "elsewhere", "--language", "de", "--jobs", 1)
    code, _, err = voicekit(*arguments)
    assert code == 0, err
    assert '"language": "de"' in (tmp_path / "elsewhere" / "me" / "manifest.jsonl").read_text()


def test_what_was_not_used_is_named_with_the_reason(recordings, voicekit):
    (recordings / "b.wav").write_bytes(b"")
    code, out, _ = voicekit("prepare", "recordings", "--jobs", 1)
    assert code == 0
    assert "not used: b.wav" in out and "empty" in out


def test_where_the_texts_are_from_is_told_before_the_work(recordings, voicekit):
    (recordings / "metadata.csv").write_text("wav/a.wav|jane|A long tone.\nc|jane|Another.\n")
    code, out, err = voicekit("prepare", "recordings", "--jobs", 1)
    assert code == 0, err
    assert "texts of 1 of 1 recordings from column 3 of recording | speaker | text" in err
    assert "1 of 2 rows name no recording: c (line 2)" in err and "rows" not in out


def test_of_guessed_texts_is_told_only_where_somebody_listened(recordings, voicekit):
    (recordings / "b.wav").write_bytes(b"")
    code, out, _ = voicekit("prepare", "recordings", "--jobs", 1)
    assert code == 0 and "not used: b.wav" in out
    assert "have no text" not in out and "guesses" not in out


def missing(folder):
    return "nowhere", "nowhere does not exist"


def a_file(folder):
    return folder / "a.wav", "a.wav is a file"


def no_sound(folder):
    (folder / "a.wav").unlink()
    return folder, "holds no sound"


def zero_length(folder):
    (folder / "a.wav").write_bytes(b"")
    return folder, "a.wav is empty"


def truncated(folder):
    (folder / "a.wav").write_bytes((folder / "a.wav").read_bytes()[:5000])
    return folder, "a.wav is cut off"


def text_named_wav(folder):
    (folder / "a.wav").write_text("remember to buy milk")
    return folder, "a.wav is not a sound"


def silence(folder):
    soundfile.write(folder / "a.wav", np.zeros(SAMPLE_RATE), SAMPLE_RATE)
    return folder, "a.wav: no speech was found"


def clipped(folder):
    waveform, rate = soundfile.read(folder / "a.wav")
    soundfile.write(folder / "a.wav", np.clip(waveform * 50, -0.99, 0.99), rate)
    return folder, "a.wav: clipped"


def metadata_of_something_else(folder):
    (folder / "metadata.csv").write_text("other|Hello.\n")
    return folder, "metadata.csv names none of the 1 recordings"


def output_below_a_file(folder):
    (folder.parent / "datasets").write_text("not a folder")
    return folder, "cannot write datasets"


def german_without_text(folder):
    (folder / "a.txt").unlink()
    return (folder, "--language", "de"), "write the texts into metadata.csv"


def unknown_corpus(folder):
    return (folder, "--corpus", "katleen"), "did you mean 'kathleen'"


def unknown_transcriber(folder):
    (folder / "a.txt").unlink()
    return (folder, "--transcriber", "parrot"), "no transcribers plug-in named 'parrot'"


@pytest.mark.parametrize("fault", [
    missing, a_file, no_sound, zero_length, truncated, text_named_wav, silence, clipped, metadata_of_something_else,
    output_below_a_file, german_without_text, unknown_corpus, unknown_transcriber,
])  # fmt: skip
def test_bad_input_is_one_clear_line_and_exit_code_1(recordings, tmp_path, fault, voicekit):
    arguments, said = fault(recordings)
    arguments = arguments if isinstance(arguments, tuple) else (arguments,)
    code, out, err = voicekit("prepare", *arguments, "--jobs", 1)
    assert code == 1
    assert out == "" and len(err.strip().splitlines()) == 1
    assert said in err and "have no text" not in err
    assert not list(tmp_path.rglob("manifest.jsonl"))


def test_a_disk_that_fills_up_is_one_line(recordings, monkeypatch, voicekit):
    import wave

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(wave.Wave_write, "writeframesraw", full)
    code, _, err = voicekit("prepare", "recordings", "--jobs", 1)
    assert code == 1 and "the disk is full" in err and len(err.strip().splitlines()) == 1


def test_a_recipe_sets_what_no_option_says(recordings, tmp_path, voicekit):
    (tmp_path / "mine.toml").write_text('language = "de"\n')
    code, _, err = voicekit("prepare", "recordings", "--recipe", "mine.toml", "--jobs", 1)
    assert code == 0, err
    assert '"language": "de"' in (tmp_path / "datasets/recordings/manifest.jsonl").read_text()
    code, _, err = voicekit("prepare", "recordings", "--recipe", "mine.toml", "--language", "fr-fr", "--jobs", 1)
    assert code == 0, err
    assert '"language": "fr-fr"' in (tmp_path / "datasets/recordings/manifest.jsonl").read_text()
    (tmp_path / "mine.toml").write_text('lnaguage = "de"\ntrack = "loud"\n')
    assert "did you mean 'language'" in voicekit("prepare", "recordings", "--recipe", "mine.toml")[2]
    (tmp_path / "mine.toml").write_text('track = "loud"\n')
    assert "'track' is the number of a sound track" in voicekit("prepare", "recordings", "--recipe", "mine.toml")[2]


@pytest.fixture
def guessed(recordings, monkeypatch, listener):
    monkeypatch.setattr(listener, "sureness", staticmethod(lambda seconds: 0.1 if seconds < 3 else 0.5))
    (recordings / "a.txt").unlink()
    waveform, rate = soundfile.read(recordings / "a.wav")
    soundfile.write(
        recordings / "b.wav", np.concatenate([waveform[: 2 * rate], waveform[rate : 2 * rate], waveform[rate:]]), rate
    )


def test_after_guesses_the_next_step_is_to_read_them(guessed, voicekit):
    code, out, err = voicekit("prepare", "recordings", "--jobs", 1)
    assert code == 0, err
    assert "guesses: 2, of which 1 too bad to be taught" in out
    assert "10% sure  datasets/recordings/doubtful/a.wav  “Words of 2 seconds.”" in out
    lines = out.splitlines()
    (after,) = [line for line in lines if line.startswith("next:")]
    assert "datasets/recordings/guesses.csv" in after and after.endswith("then: voicekit prepare recordings --jobs 1")
    assert lines.index(after) < lines.index("then: voicekit train datasets/recordings")


def test_recordings_are_left_out_by_name(recordings, voicekit):
    (recordings / "b.wav").write_bytes(b"")
    code, out, err = voicekit("prepare", "recordings", "--without", "b*", "--jobs", 1)
    assert code == 0 and "not used" not in out and "1 of 2 recordings are left out" in err
    code, _, err = voicekit("prepare", "recordings", "--without", "c.wav", "--jobs", 1)
    assert code == 1 and "--without c.wav names no recording; the nearest is" in err


def test_a_few_seconds_of_speech_ask_for_more(recordings, voicekit):
    _, out, _ = voicekit("prepare", "recordings", "--jobs", 1)
    assert "2 s of speech: a quick voice takes a minute at least" in out
    assert "next: record more into the same folder, then: voicekit prepare recordings" in out
