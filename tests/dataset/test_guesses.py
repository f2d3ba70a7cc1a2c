"""Guessed texts: the worst are left out, all are listed, and what the person corrects is taken from then on."""

import json
from functools import partial

import numpy as np
import pytest
from made import SAMPLE_RATE, hiss, loud_is_speech, spoken, write
from reporters import Told

from voicekit.core.errors import DatasetError
from voicekit.core.reporter import SILENT
from voicekit.dataset import prepare, recording, recording_job
from voicekit.dataset.guesses import Guessed, sort_out
from voicekit.dataset.languages import foreign_speech
from voicekit.dataset.manifest import Utterance, read_manifest
from voicekit.dataset.recording_job import PrepareConfig
from voicekit.recognition import text_check
from voicekit.recognition.transcribe import Guess


@pytest.fixture(autouse=True)
def heard(monkeypatch, listener):
    monkeypatch.setattr(
        recording_job, "decode_and_analyse", partial(recording.decode_and_analyse, find_speech=loud_is_speech)
    )


@pytest.fixture
def recordings(tmp_path):
    for seconds in (2, 3, 4):
        write(tmp_path / "rec" / f"take{seconds}.wav", spoken(seconds - 0.2))
    return tmp_path / "rec"


@pytest.fixture
def made(recordings, tmp_path):
    def run(reporter=SILENT, **settings):
        config = PrepareConfig(**{"language": "en-us", **settings})
        return prepare.prepare(recordings, tmp_path / "datasets", "me", config, 1, reporter)

    return run


def rows(summary):
    lines = (summary.dataset / "guesses.csv").read_text().splitlines()
    return [line.split("|") for line in lines[1:]]


def edit(path, **texts):
    lines = [line.split("|") for line in path.read_text().splitlines()]
    path.write_text("".join("|".join([cells[0], texts.get(cells[0], cells[1]), *cells[2:]]) + "\n" for cells in lines))


def texts_of(summary):
    return {u.id: (u.text, u.heard_by) for u in read_manifest(summary.dataset)}


def test_the_worst_is_left_out_and_all_are_listed_with_where_to_listen(made):
    summary = made()
    assert [row[0] for row in rows(summary)] == ["take4", "take3", "take2"]
    assert rows(summary)[0][2:] == ["0.10", "doubtful/take4.wav"]
    assert all((summary.dataset / row[3]).is_file() for row in rows(summary))
    assert set(texts_of(summary)) == {"take2", "take3"}
    assert dict(summary.unusable)["take4.wav"].startswith("its text is a guess")
    assert [u.sureness for u in summary.guessed.worst_first] == [0.1, 0.6, 0.9]


@pytest.mark.parametrize("file", ["guesses.csv", "metadata.csv"])
def test_a_corrected_text_is_taken_and_stays(made, file):
    edit(made().dataset / file, take3="What was really said.")
    told = Told()
    summary = made(told)
    assert any("1 text corrected" in line for line in told.lines)
    for _ in range(2):
        assert texts_of(summary)["take3"] == ("What was really said.", "")
        assert "take3" not in [row[0] for row in rows(summary)]
        assert "take3|What was really said." in (summary.dataset / "metadata.csv").read_text()
        summary = made()


def test_a_correction_brings_back_what_was_left_out(made):
    edit(made().dataset / "guesses.csv", take4="This is right.")
    summary = made()
    assert texts_of(summary)["take4"] == ("This is right.", "")
    assert not list((summary.dataset / "doubtful").iterdir())
    assert (summary.dataset / "wavs" / "take4.wav").is_file()


def test_an_emptied_text_is_left_out_until_one_is_written(made):
    edit(made().dataset / "guesses.csv", take2="")
    summary = made()
    assert "take2" not in texts_of(summary) and "emptied" in dict(summary.unusable)["take2.wav"]
    edit(summary.dataset / "guesses.csv", take2="Here it is.")
    assert texts_of(made())["take2"] == ("Here it is.", "")


def test_what_a_spreadsheet_saved_is_read(made):
    path = made().dataset / "guesses.csv"
    path.write_text('id,text,sure,listen\ntake3,"Well, this is right.",0.6,wavs/take3.wav\n', encoding="utf-8-sig")
    assert texts_of(made())["take3"] == ("Well, this is right.", "")


@pytest.mark.parametrize("content", ["", "nonsense", "id|text\nstranger|Hello.\n", "take3\n"])
def test_files_that_say_nothing_change_nothing(made, content):
    (made().dataset / "guesses.csv").write_text(content)
    assert texts_of(made())["take3"][0] == "Words of 3 seconds."


@pytest.mark.parametrize("content", ["{", "[]", '{"take3": 5}'])
def test_a_damaged_state_is_an_error_that_names_the_file(made, content):
    (made().dataset / ".work" / "guesses.json").write_text(content)
    with pytest.raises(DatasetError, match=r"guesses\.json is damaged"):
        made()


def test_a_text_beside_the_recording_comes_before_a_correction(made, recordings, monkeypatch):
    monkeypatch.setattr(text_check, "disagreement", lambda *arguments: None)
    edit(made().dataset / "guesses.csv", take3="A correction.")
    (recordings / "take3.txt").write_text("The text of the recording.")
    summary, told = made(), Told()
    assert texts_of(summary)["take3"] == ("The text of the recording.", "")
    edit(summary.dataset / "metadata.csv", take3="Changed in the wrong place.")
    assert texts_of(made(told))["take3"] == ("The text of the recording.", "")
    assert any("texts changed" in line and "from beside the recordings" in line for line in told.lines)


def test_what_nobody_changed_is_no_correction(made, recordings, monkeypatch, listener):
    monkeypatch.setattr(text_check, "disagreement", lambda *arguments: None)
    monkeypatch.setattr(listener, "guess", lambda self, waveform: Guess('"Odd, | isn\'t it?"', 0.9))
    (recordings / "take2.txt").write_text('"All of it in quotes."')
    made()
    told = Told()
    assert texts_of(made(told))["take3"][1] == "whisper"
    assert not any("correct" in line or "changed" in line for line in told.lines)


def test_guesses_as_of_another_language_stop_unless_the_language_was_named(made, recordings, monkeypatch):
    for n in range(8):
        write(recordings / f"more{n}.wav", spoken(3.8))
    with pytest.raises(DatasetError, match="does not sound like English") as error:
        made(language="")
    assert "--language en-us" in str(error.value) and "metadata.csv" in str(error.value)
    assert any("does not sound like English" in note for note in made().notes)


def test_another_language_stops_as_soon_as_it_is_sure(made, recordings, monkeypatch):
    for n in range(30):
        write(recordings / f"more{n:02}.wav", spoken(3.8))
    prepared = []
    one = prepare.prepare_recording
    monkeypatch.setattr(prepare, "prepare_recording", lambda item, *rest: prepared.append(item.name) or one(item, *rest))
    with pytest.raises(DatasetError, match="does not sound like English"):
        made(language="")
    assert len(prepared) == 8
    made()
    assert len(prepared) == 33  # named by the person, it goes on with what is left


def guesses(*sureness):
    u = Utterance("a", "Words.", "en-us", "train", "a.wav", 0, 2, -20, -3, -60, heard_by="x")
    return sort_out([Utterance(**{**vars(u), "id": str(n), "sureness": s}) for n, s in enumerate(sureness)])


@pytest.mark.parametrize(("sureness", "foreign"), [
    ([0.1] * 5, True), ([0.1] * 4, False), ([0.2, 0.1, 0.3, 0.4, 0.2, 0.1], True), ([0.6] * 5 + [0.0] * 3, False),
    ([], False),
])  # fmt: skip
def test_a_few_bad_guesses_are_no_other_language(sureness, foreign):
    assert (foreign_speech(guesses(*sureness), "en-us") is not None) is foreign


@pytest.mark.parametrize(("sureness", "sure"), [
    ([0.1] * 7, False), ([0.1] * 8, True), ([0.2, 0.1, 0.3, 0.4] * 3, False), ([0.18, 0.3, 0.1, 0.14] * 4, True),
    ([0.6] * 9, False),
])  # fmt: skip
def test_it_stops_early_only_where_more_would_tell_the_same(sureness, sure):
    assert guesses(*sureness).is_surely_foreign is sure


def test_nothing_guessed_is_nothing_to_read():
    assert Guessed().worst_first == () and foreign_speech(Guessed(), "en-us") is None


def test_the_state_is_written_with_the_dataset(made):
    state = json.loads((made().dataset / ".work" / "guesses.json").read_text())
    assert set(state) == {"take2", "take3", "take4"}


class Expecting(Told):
    """Remembers how long each task was last expected to take."""

    def __init__(self):
        super().__init__()
        self.expected_s = {}

    def expect(self, tasks):
        self.expected_s |= dict(tasks)


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_the_time_left_of_a_long_take_is_told_by_its_speech(tmp_path, monkeypatch, noise):
    """Not by how many pieces it has, nor by its silence; noise that is to be taken out takes time."""
    monkeypatch.setattr(prepare, "_LONG_S", 5.0)
    monkeypatch.setattr(recording_job, "_denoised", lambda waveform, reduction_db: waveform)
    take = np.concatenate((spoken(1.8, 9.0, 1.8, pause_s=1.5), hiss(8.0)))
    write(tmp_path / "rec" / "take.wav", take + noise * hiss(len(take) / SAMPLE_RATE, db=0.0))
    told = Expecting()
    prepare.prepare(tmp_path / "rec", tmp_path / "datasets", "me", PrepareConfig(language="en-us"), 1, told)
    words, cutting = "take.wav: finding its words", "take.wav: cutting"
    assert told.shares[words][1] == pytest.approx(1.8 / 12.6, abs=0.06) and told.shares[words][2] > 0.5
    speech_s = told.expected_s[words] / recording_job._GUESSING_S
    assert speech_s == pytest.approx(12.6, abs=1.5)
    each_s = recording_job._CUTTING_S + recording_job._DENOISING_S * bool(noise)
    assert told.expected_s[cutting] == pytest.approx(each_s * speech_s)
