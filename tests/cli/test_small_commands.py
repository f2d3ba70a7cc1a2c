"""say, voices, doctor and train as a person meets them: what they print, and how they fail."""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from published import publish

from voicekit.core.files import alone


@pytest.fixture
def run(monkeypatch, capsys, tmp_path, exit_code):
    """Runs `voicekit ARGS` in an empty folder; (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*args: str) -> tuple[int, str, str]:
        code = exit_code(*args)
        return code, *capsys.readouterr()

    return invoke


def failed(result: tuple[int, str, str], *fragments: str) -> None:
    """One clear line on stderr, exit code 1, no traceback."""
    code, _, err = result
    assert code == 1
    assert len(err.strip().splitlines()) == 1, err
    assert "Traceback" not in err
    for fragment in fragments:
        assert fragment in err


def test_say(run, tiny_voice, tmp_path):
    code, out, _ = run("say", "Hello there.", "-o", "hello.wav", "--voice", tiny_voice)
    assert code == 0
    assert "hello.wav" in out
    waveform, rate = soundfile.read(tmp_path / "hello.wav")
    assert rate == 24_000
    assert np.abs(waveform).max() > 1e-3


def test_say_reads_standard_input(run, tiny_voice, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"From a pipe.")))
    assert run("say", "-", "-o", "pipe.flac", "--voice", tiny_voice)[0] == 0
    assert (tmp_path / "pipe.flac").exists()


def test_say_a_long_text_speaks_every_word(run, tiny_voice):
    from voicekit.speech.voices import load_engine, read_voice

    text = "One two three four five, six seven eight nine ten. " * 40 + "word " * 200
    speech = load_engine(read_voice(tiny_voice), "cpu").synthesize(text)
    assert " ".join(word.text for word in speech.words).split().__len__() == 40 * 10 + 200


@pytest.mark.parametrize("text", ["", "  ", "🎉🎉", "…"])
def test_say_nothing(run, tiny_voice, tmp_path, text):
    failed(run("say", text, "-o", "x.wav", "--voice", tiny_voice), "nothing to pronounce")
    assert os.listdir(tmp_path) == []


def test_say_into_an_unknown_format(run, tiny_voice):
    failed(run("say", "Hi", "-o", "x.xyz", "--voice", tiny_voice), "x.xyz", ".wav")


def test_say_below_a_file(run, tiny_voice, tmp_path):
    (tmp_path / "file").write_text("")
    failed(run("say", "Hi", "-o", "file/x.wav", "--voice", tiny_voice), "cannot write")


def test_say_with_an_unknown_voice(run):
    failed(run("say", "Hi", "-o", "x.wav", "--voice", "nobody"), "nobody", "Known voices")


def test_say_with_a_damaged_voice(run, tiny_voice, tmp_path):
    shutil.copytree(tiny_voice, tmp_path / "voices" / "hurt")
    (tmp_path / "voices" / "hurt" / "model.safetensors").write_bytes(b"no weights")
    failed(run("say", "Hi", "-o", "x.wav", "--voice", "hurt"), "model.safetensors", "damaged")


def test_say_on_a_device_that_is_not_there(run, tiny_voice):
    failed(run("say", "Hi", "-o", "x.wav", "--voice", tiny_voice, "--device", "toaster"), "toaster")


def test_the_newest_voice_is_the_default(run, tiny_voice, tmp_path):
    from voicekit.speech.voices import find_voice

    for age, name in enumerate(["newest", "middle", "oldest"]):
        folder = shutil.copytree(tiny_voice, tmp_path / "voices" / name)
        os.utime(folder / "voice.toml", (1e9 - age, 1e9 - age))
    code, out, _ = run("voices")
    assert code == 0
    assert out.index("newest") < out.index("middle") < out.index("oldest")
    assert find_voice().name == "newest"


BAD_VOICES = {
    "nested": "a = " + "[" * 100_000,
    "digits": "engine = 'native'\nlanguage = 'en'\nformat = " + "9" * 5000,
    "dotted": ".".join("a" * 100_000) + " = 1",
    "huge": None,
    "endless": "#" * (2 << 20),
    "terminal": 'engine = "native"\nlanguage = "\\u001b[2J"',
    "latin": b"name = '\xff'",
}


@pytest.fixture
def bad_voices(tiny_voice, tmp_path):
    for name, text in BAD_VOICES.items():
        folder = shutil.copytree(tiny_voice, tmp_path / "voices" / name)
        if text is None:
            text = (folder / "voice.toml").read_text().replace("channels = 16", "channels = 1_000_000_000")
        (folder / "voice.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path / "voices"


def test_bad_voices_are_named_and_left_out(run, bad_voices, tiny_voice):
    shutil.copytree(tiny_voice, bad_voices / "good")
    code, out, err = run("voices")
    assert code == 0
    assert "good" in out and "base" in out
    assert len(err.splitlines()) == len(BAD_VOICES)
    for name in BAD_VOICES:
        assert name not in out
        assert sum(line.startswith(f"note: left out: voices/{name}/voice.toml") for line in err.splitlines()) == 1


def test_a_good_voice_speaks_beside_bad_ones(run, bad_voices, tiny_voice):
    good = shutil.copytree(tiny_voice, bad_voices / "good")
    code, out, err = run("say", "Hi there.", "-o", "x.wav", "--voice", "good")
    assert code == 0 and not err
    os.utime(good / "voice.toml", (1e9, 1e9))  # the newest that is one
    code, out, err = run("say", "Hi there.", "-o", "y.wav")
    assert code == 0 and "in the voice 'good'" in out
    assert all(f"left out: voices/{name}/" in err for name in BAD_VOICES)


@pytest.mark.parametrize("name", BAD_VOICES)
def test_a_bad_voice_says_what_is_wrong(run, bad_voices, name):
    failed(run("say", "Hi", "-o", "x.wav", "--voice", name), f"voices/{name}/voice.toml")


@pytest.mark.parametrize(("command", "file", "text"), [
    (("say", "Hi", "-o", "x.wav", "--lexicon", "lexicon.toml"), "lexicon.toml", "a = " + "[" * 100_000),
    (("say", "Hi", "-o", "x.wav", "--lexicon", "lexicon.toml"), "lexicon.toml", "a = " + "9" * 5000),
    (("say", "Hi", "-o", "x.wav", "--lexicon", "lexicon.toml"), "lexicon.toml", ".".join("a" * 100_000) + " = 1"),
    (("train", "set", "--recipe", "recipe.toml"), "recipe.toml", "a = " + "[" * 100_000),
    (("train", "set", "--recipe", "recipe.toml"), "recipe.toml", "seed = " + "9" * 5000),
    (("train", "set", "--recipe", "recipe.toml"), "recipe.toml", "[acoustic]\nbatch = 1_000_000_000_000"),
    (("prepare", ".", "--recipe", "recipe.toml"), "recipe.toml", 'track = "' + "9" * 5000 + '"'),
    (("train", "set"), "set/manifest.jsonl", "[" * 100_000),
    (("train", "set"), "set/manifest.jsonl", '{"id": ' + "9" * 5000 + "}"),
    (("train", "set"), "set/manifest.jsonl", '{"id": "\\u0000"}'),
])  # fmt: skip
def test_what_strangers_wrote_is_refused_in_a_line(run, tmp_path, command, file, text):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "manifest.jsonl").touch()
    (tmp_path / file).write_text(text)
    code, _, err = run(*command)
    assert code == 1
    assert len(err.strip().splitlines()) == 1, err
    assert file in err and ("manifest" not in file or "line 1" in err)


def test_an_unfinished_voice_is_not_listed(run, tmp_path):
    (tmp_path / "voices" / "half" / "training").mkdir(parents=True)
    assert "half" not in run("voices")[1]


def test_a_voice_with_a_published_vocoder(run, tiny_voice, tmp_path):
    weights = (tiny_voice / "model.safetensors").read_bytes()
    publish(tmp_path / "vocos-tiny")
    code, out, _ = run("vocoder", "vocos-tiny", "--voice", tiny_voice, "--name", "two")
    assert code == 0
    assert "--voice" in out and "two" in out
    assert (tiny_voice / "model.safetensors").read_bytes() == weights
    assert sorted(os.listdir(tmp_path / "voices" / "two")) == ["README.md", "model.safetensors", "voice.toml"]
    assert "vocos-tiny" in (tmp_path / "voices" / "two" / "README.md").read_text()
    assert run("say", "Hello there.", "-o", "two.wav", "--voice", "two")[0] == 0
    assert run("say", "Hello there.", "-o", "one.wav", "--voice", tiny_voice)[0] == 0
    one, two = (soundfile.read(tmp_path / f"{name}.wav")[0] for name in ("one", "two"))
    assert len(one) == len(two) and not np.array_equal(one, two)
    failed(run("vocoder", "vocos-tiny", "--voice", tiny_voice, "--name", "two"), "already a voice", "another name")


def test_a_published_vocoder_that_is_not_usable(run, tiny_voice, tmp_path):
    failed(run("vocoder", "nowhere", "--voice", tiny_voice), "nowhere is not there")
    (publish(tmp_path / "vocos") / "pytorch_model.bin").write_bytes(b"no weights")
    failed(run("vocoder", "vocos", "--voice", tiny_voice), "pytorch_model.bin", "damaged")
    assert not (tmp_path / "voices").exists()


def test_no_vocoder_for_a_voice_of_another_engine(run, tiny_voice, tmp_path):
    toml = shutil.copytree(tiny_voice, tmp_path / "voices" / "foreign") / "voice.toml"
    toml.write_text(toml.read_text().replace('engine = "native"', 'engine = "theirs"'))
    failed(run("vocoder", publish(tmp_path / "vocos"), "--voice", "foreign"), "'foreign'", "engine 'theirs'")


def test_doctor(run):
    code, out, _ = run("doctor")
    assert code == 0
    for word in ("Python", "device", "torch", "a mel of 94 frames", "coded and decoded", "said two words", "disk"):
        assert word in out
    assert "broken" not in out


def breaks(error: Exception):
    """What raises it, however it is called."""

    def anything(*_, **__):
        raise error

    return anything


@pytest.fixture
def doctored(run, monkeypatch):
    """`voicekit doctor` on a machine with one part, where these distributions are installed in these versions."""
    from voicekit.onboarding import doctor

    def invoke(part: "doctor.Part", **versions: str) -> tuple[int, str]:
        names = {name.replace("_", "-"): number for name, number in versions.items()}
        installed = doctor.version
        monkeypatch.setattr(doctor, "version", lambda name: names[name] if name in names else installed(name))
        monkeypatch.setattr(doctor, "PARTS", (part,))
        code, out, _ = run("doctor")
        return code, out

    return invoke


def test_doctor_names_a_pair_that_does_not_fit_and_the_command_that_mends_it(doctored):
    from voicekit.onboarding import doctor

    error = OSError("Could not load this library: libtorchaudio.so\nundefined symbol")
    code, out = doctored(doctor.Part(("torchaudio", "torch"), breaks(error)), torch="2.11.0")
    tested = doctor.tested_versions()
    assert code == 1
    assert "torch is 2.11.0, voicekit needs" in out and "Could not load this library: libtorchaudio.so" in out
    line = next(line for line in out.splitlines() if " -m pip install" in line)
    assert f"torchaudio=={tested['torchaudio']} torch=={tested['torch']}" in line and sys.executable in line
    assert "--no-deps" not in line  # what the other torch needs comes along


def test_doctor_installs_anew_what_is_of_the_right_version_and_broken(doctored):
    from voicekit.onboarding import doctor

    tested = doctor.tested_versions()["soxr"]
    code, out = doctored(doctor.Part(("soxr",), breaks(ImportError("no libsoxr"))), soxr=tested)
    assert code == 1 and "no libsoxr" in out
    assert f"--force-reinstall --no-deps soxr=={tested}" in out


def test_doctor_brings_no_cuda_where_there_is_none(doctored):
    """The torchaudio of the package index is built for CUDA: beside a torch without it both are of the other index."""
    from voicekit.onboarding import doctor

    def job():
        raise OSError("Could not load this library: x.so") from OSError("libc10_cuda.so: cannot open shared object file")

    code, out = doctored(doctor.Part(("torchaudio", "torch"), job), torch="2.14.1+cpu", torchaudio="2.11.1")
    tested = doctor.tested_versions()
    assert code == 1 and "x.so (libc10_cuda.so: cannot open" in out
    pair = f"torchaudio=={tested['torchaudio']}+cpu torch=={tested['torch']}+cpu"
    assert f"--extra-index-url {doctor.CPU_INDEX} {pair}" in out


def test_doctor_tells_a_version_that_happens_to_work(doctored):
    from voicekit.onboarding import doctor

    code, out = doctored(doctor.Part(("soxr",), lambda: "works"), soxr="0.1")
    assert code == 1 and "soxr is 0.1, voicekit needs >=0.5" in out


def test_everything_that_voicekit_asks_for_is_locked():
    from voicekit.onboarding import doctor

    assert {requirement.name for requirement in doctor._requirements()} <= set(doctor.tested_versions())


@pytest.mark.parametrize("error", [OSError("Could not load this library: x.so"), ImportError("No module named 'av'")])
def test_a_library_that_does_not_load_is_told_as_that(run, monkeypatch, tiny_voice, error):
    from voicekit.speech import voices

    monkeypatch.setattr(voices, "load_engine", breaks(error))
    failed(run("say", "Hello.", "-o", "a.wav", "--voice", tiny_voice), "does not load", str(error), "voicekit doctor")


def test_train_without_a_dataset(run):
    failed(run("train"), "no dataset", "voicekit prepare")


def test_train_on_a_folder_that_is_no_dataset(run, tmp_path):
    failed(run("train", tmp_path), "not a prepared dataset")


def test_train_with_an_unknown_base(run, tiny_dataset):
    failed(run("train", "tiny", "--base", "nobody"), "nobody")


def test_train_with_a_wrong_recipe(run, tiny_dataset, tmp_path):
    (tmp_path / "r.toml").write_text("minuts = 3")
    failed(run("train", "tiny", "--recipe", "r.toml"), "r.toml", "minuts")


def test_train_names_the_voice_after_the_newest_dataset(run, tiny_dataset, tiny_voice, tmp_path):
    code, out, err = run("train", "--minutes", "0.1", "--base", tiny_voice, "--device", "cpu")
    assert code == 0, err
    assert (tmp_path / "voices" / "tiny" / "voice.toml").exists()
    assert "voicekit say" in out


@pytest.mark.parametrize("arguments", [
    ("train", "--minutes", "nan"), ("train", "--minutes", "inf"), ("train", "--name", "../other"), ("train", "--name", ""),
    ("prepare", ".", "--name", ".."), ("prepare", ".", "--name", "/tmp/x"), ("say", "Hi.", "-o", "a.wav", "--pace", "nan"),
])  # fmt: skip
def test_values_that_are_none_are_wrong_usage(run, arguments):
    code, _, err = run(*arguments)
    assert code == 2
    assert "Invalid value" in err


def test_a_folder_called_as_a_voice_is_none(run, tmp_path):
    (tmp_path / "base").mkdir()
    (tmp_path / "voices" / "base" / "training").mkdir(parents=True)
    failed(run("say", "Hi.", "-o", "a.wav", "--voice", "training"), "there is no voice 'training'")
    from voicekit.speech.voices import find_voice

    assert find_voice("base").built_in


@pytest.mark.parametrize("device", ["meta", "mps:9", "tpu"])
def test_a_device_that_is_not_there(run, device, tiny_voice):
    failed(run("say", "Hi.", "-o", "a.wav", "--voice", tiny_voice, "--device", device), f"no device '{device}'")


@pytest.mark.parametrize(("line", "is_listed"), [("origin = 5", False), ("engine = 3", False), ("origin.base = 7", True)])
def test_voices_with_a_strange_voice(run, tiny_voice, tmp_path, line, is_listed):
    toml = shutil.copytree(tiny_voice, tmp_path / "voices" / "[red]odd") / "voice.toml"
    key = re.split(r"[. ]", line)[0]
    kept = [old for old in toml.read_text().split("[origin]")[0].splitlines() if not old.startswith(key)]
    toml.write_text("\n".join([line, *kept]))
    code, out, err = run("voices")
    assert code == 0 and "base" in out
    assert ("[red]odd" in out) == is_listed
    told = "" if is_listed else f"note: left out: {Path('voices') / '[red]odd' / 'voice.toml'} has no valid '{key}'"
    assert err.startswith(told) and bool(err) != is_listed and err.count("\n") <= 1


def test_doctor_in_a_folder_with_brackets(run, tmp_path, monkeypatch):
    (tmp_path / "[" / "odd]").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "[" / "odd]")
    code, out, _ = run("doctor")
    assert code in (0, 1)
    assert "[/odd]" in out


def test_say_reads_text_in_any_bytes(run, tiny_voice, tmp_path, monkeypatch):
    assert run("say", os.fsdecode(b"caf\xe9 hello"), "-o", "a.wav", "--voice", tiny_voice)[0] == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hello \xff\xfe there")))
    assert run("say", "-", "-o", "b.wav", "--voice", tiny_voice)[0] == 0
    assert (tmp_path / "a.wav").exists() and (tmp_path / "b.wav").exists()


def test_an_output_that_takes_nothing(tiny_voice, tmp_path):
    command = [sys.executable, "-m", "voicekit", "voices"]
    for output, environment, code in (("/dev/full", {}, 1), (os.devnull, {"PYTHONIOENCODING": "ascii"}, 0)):
        if not os.path.exists(output):
            continue
        with open(output, "w") as file:
            done = subprocess.run(
                command, stdout=file, stderr=subprocess.PIPE, text=True, env=os.environ | environment, cwd=tmp_path
            )
        assert done.returncode == code, done.stderr
        assert len(done.stderr.splitlines()) == code


@pytest.mark.parametrize(("before", "expected"), [("", "passive"), ("active", "active")])
def test_threads_wait_asleep_unless_told_otherwise(run, monkeypatch, before, expected):
    monkeypatch.setenv("OMP_WAIT_POLICY", before)  # also so that it is put back
    if not before:
        monkeypatch.delenv("OMP_WAIT_POLICY")
    assert run("--version")[0] == 0
    assert os.environ["OMP_WAIT_POLICY"] == expected


def test_voices_are_found_from_every_folder(run, tiny_voice, tmp_path, monkeypatch):
    """In the current folder, in the user's own, and where one was trained; the nearest of one name counts."""
    from voicekit.speech.voices import find_voice, list_voices, remember, user_data

    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    shutil.copytree(tiny_voice, user_data() / "voices" / "mine")
    assert {voice.name for voice in list_voices()} == {"mine", "base"}  # also where nothing was ever trained
    far = shutil.copytree(tiny_voice, tmp_path / "far" / "voices" / "far")
    remember(far)
    remember(far)
    assert (user_data() / "voice-folders.txt").read_text() == f"{far.parent.resolve()}\n"
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert {voice.name for voice in list_voices()} == {"far", "mine", "base"}
    assert find_voice("far").folder == far and find_voice("mine").folder == user_data() / "voices" / "mine"
    shutil.copytree(tiny_voice, tmp_path / "here" / "voices" / "far")
    assert str(find_voice("far").folder) == "voices/far"
    failed(run("say", "Hi", "-o", "x.wav", "--voice", "Far"), "did you mean 'far'?", str(far.parent))
    shutil.rmtree(tmp_path / "far")
    assert {voice.name for voice in list_voices()} == {"far", "mine", "base"}


def test_which_voice_speaks_is_said(run, tiny_voice, tmp_path):
    code, _, error = run("say", "Hello.", "-o", "x.wav")
    assert code == 0 and "note: no voice was asked for: 'base' speaks, which comes with voicekit" in error
    shutil.copytree(tiny_voice, tmp_path / "voices" / "me")
    _, _, error = run("say", "Hello.", "-o", "x.wav")
    assert "'me' speaks, the newest in voices" in error
    _, _, error = run("say", "Hello.", "-o", "x.wav", "--voice", "me")
    assert "no voice was asked for" not in error


def test_voices_are_removed_and_renamed(run, tiny_voice, tmp_path):
    shutil.copytree(tiny_voice, tmp_path / "voices" / "nick")
    assert run("voices", "rename", "nick", "nicholas")[:2] == (0, "voices/nicholas\n")
    assert "nicholas" in run("voices")[1] and run("say", "Hi", "-o", "x.wav", "--voice", "nicholas")[0] == 0
    shutil.copytree(tiny_voice, tmp_path / "voices" / "other")
    failed(run("voices", "rename", "other", "nicholas"), "already a voice 'nicholas'")
    failed(run("voices", "rename", "other", "base"), "already a voice 'base'")
    failed(run("voices", "remove", "base", "--yes"), "comes with voicekit")
    failed(run("voices", "rename", "base", "mine"), "comes with voicekit")
    with alone(tmp_path / "voices" / "other" / "training"):  # somebody trains it
        failed(run("voices", "remove", "other", "--yes"), "another run of voicekit is at work in", "other/training")
        failed(run("voices", "rename", "other", "another"), "another run of voicekit is at work in")
    assert run("voices", "remove", "other", "--yes")[0] == 0 and not (tmp_path / "voices" / "other").exists()
    assert run("voices", "remove", "nicholas")[0] != 0 and (tmp_path / "voices" / "nicholas").exists()  # nobody said yes


def test_a_voice_is_not_trained_over_that_of_somebody_else(run, tiny_voice, tiny_dataset, tmp_path):
    shutil.copytree(tiny_dataset, tmp_path / "datasets" / "nora")
    shutil.copytree(tiny_voice, tmp_path / "voices" / "nick")
    before = (tmp_path / "voices" / "nick" / "voice.toml").read_bytes()
    failed(run("train", "datasets/nora", "--name", "nick"), "not of 'nora'", "--name", "voicekit voices remove nick")
    shutil.copytree(tiny_voice, tmp_path / "voices" / "my nick")
    failed(run("train", "datasets/nora", "--name", "my nick"), "voicekit voices remove 'my nick'")  # as it can be pasted
    failed(run("train", "datasets/nora", "--name", "base"), "comes with voicekit", "--name")
    assert (tmp_path / "voices" / "nick" / "voice.toml").read_bytes() == before
    assert not (tmp_path / "voices" / "base").exists()


def test_a_command_that_is_not_there(run):
    code, _, error = run("narate", "x")
    assert code == 2 and "there is no command 'narate'; did you mean 'narrate'?" in error
    code, _, error = run("voices", "renam", "me", "nick")
    assert code == 2 and "there is no command 'renam'; did you mean 'rename'?" in error
    code, _, error = run("voices", "list")
    error = " ".join(error.split())
    assert code == 2 and "there are add, remove, rename; '" in error and " voices' alone lists" in error
    code, _, error = run("script", "chek", "x.txt")
    assert code == 2 and "did you mean 'check'?" in error


@pytest.fixture
def guessed(tiny_dataset, tmp_path):
    """A dataset with two texts that nobody wrote."""
    from dataclasses import replace

    from voicekit.dataset.manifest import read_manifest, write_manifest

    dataset = shutil.copytree(tiny_dataset, tmp_path / "guessed")
    utterances = read_manifest(dataset)
    write_manifest(dataset, [replace(u, heard_by="pocketsphinx" if n < 2 else "") for n, u in enumerate(utterances)])
    return dataset


@pytest.mark.parametrize(("answer", "goes_on"), [("y\n", True), ("n\n", False)])
def test_before_a_voice_learns_guesses_it_is_asked(guessed, monkeypatch, capsys, answer, goes_on):
    from voicekit.cli.train import _ask_about_guesses

    monkeypatch.setattr(sys, "stdin", answers := io.StringIO(answer))
    answers.isatty = lambda: True
    if goes_on:
        _ask_about_guesses(guessed)
    else:
        with pytest.raises(SystemExit):
            _ask_about_guesses(guessed)
    told = capsys.readouterr().err
    assert "note: 2 of " in told and "texts are guesses, such as “" in told and "guesses.csv" in told


def test_where_nobody_can_answer_it_is_a_note(guessed, tiny_dataset, monkeypatch, capsys):
    from voicekit.cli.train import _ask_about_guesses

    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    _ask_about_guesses(guessed)
    assert "texts are guesses" in capsys.readouterr().err
    _ask_about_guesses(tiny_dataset)
    assert capsys.readouterr().err == ""


def test_a_voice_keeps_that_it_learned_from_guesses(guessed, tiny_voice, tmp_path):
    from voicekit.speech.voices import read_voice
    from voicekit.training.settings import TrainConfig, with_minutes
    from voicekit.training.train import train

    voice = train([guessed], tmp_path / "voices" / "me", with_minutes(TrainConfig(), 0.01), tiny_voice, "cpu")
    (caveat,) = read_voice(voice).caveats
    assert caveat.startswith("2 of the 8 texts that it learned from are guesses") and "guesses.csv" in caveat
    assert caveat in (voice / "README.md").read_text()
    assert read_voice(voice).origin["steps"]["acoustic"] > 0


def test_train_on_two_seconds_says_how_much_there_is_and_is_needed(run, tiny_dataset):
    manifest = tiny_dataset / "manifest.jsonl"
    manifest.write_text(manifest.read_text().splitlines()[1] + "\n")
    failed(run("train", "tiny", "--quick"), "1.6 s of speech", "10 s at least", "prepare")
