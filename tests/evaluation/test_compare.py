"""Systems side by side: what each is scored on, and what becomes of sentences and voices that fail."""

import numpy as np
import pytest
import soundfile
from conftest import SAMPLE_RATE, buzz
from fake_metrics import FakeMetrics
from reporters import Told

from voicekit.core.errors import DatasetError, ScriptError, VoicekitError
from voicekit.evaluation.compare import HUMAN, SystemOutput, compare, human, timed
from voicekit.evaluation.material import Sentence


@pytest.fixture
def sentences(tmp_path):
    soundfile.write(tmp_path / "a.wav", buzz(1.2), SAMPLE_RATE)
    return Sentence("a", "The lights come on.", tmp_path / "a.wav"), Sentence("b", "Nobody said it.")


def run(sentences, systems, folder, **options):
    return compare(sentences, systems, FakeMetrics("en-us"), folder, voice="me", dataset="mine", **options)


def test_every_system_says_every_sentence_it_can(sentences, tmp_path):
    systems = {HUMAN: human, "voice me": lambda s: timed(lambda: buzz(1.0, seed=3))}
    evaluation = run(sentences, systems, tmp_path / "out", notes=("ours",), pictured=(HUMAN, "voice me"))
    assert [row.name for row in evaluation.rows] == [HUMAN, "voice me"]
    assert [score.sentence for score in evaluation.row(HUMAN).scores] == ["a"]
    first, second = evaluation.row("voice me").scores
    assert {"mcd", "voicing_error", "ovrl", "loudness", "rtf"} <= set(first.figures)
    assert "mcd" not in second.figures  # there is nobody to compare with
    assert not {"mcd", "rtf"} & set(evaluation.row(HUMAN).scores[0].figures)
    assert evaluation.notes[:2] == ("judged by a fake", "ours")
    for score in (first, second):
        assert soundfile.info(tmp_path / "out" / score.wav).frames == SAMPLE_RATE
    assert {path.name for path in (tmp_path / "out" / "pictures").iterdir()} == {"a.png", "b.png"}


def test_a_system_at_another_rate_is_the_same(sentences, tmp_path):
    import soxr

    systems = {
        HUMAN: human,
        "same": human,
        "at 44.1 kHz": lambda s: s.human and SystemOutput(soxr.resample(buzz(1.2), SAMPLE_RATE, 44_100), 44_100),
    }
    evaluation = run(sentences[:1], systems, tmp_path)
    assert evaluation.row("same").estimate("mcd").value == pytest.approx(0, abs=1e-4)
    assert evaluation.row("at 44.1 kHz").estimate("f0_error").value < 5


def test_a_sentence_that_cannot_be_said_is_left_out_of_every_row(sentences, tmp_path):
    def picky(sentence):
        if sentence.id == "a":
            raise ScriptError("there is nothing to pronounce")
        return SystemOutput(buzz(1.0))

    evaluation = run((*sentences, Sentence("c", "🎉🎉")), {HUMAN: human, "voice me": picky}, tmp_path)
    assert [(left.id, "nothing to pronounce" in left.reason) for left in evaluation.left_out] == [("a", True), ("c", True)]
    assert [s.id for s in evaluation.sentences] == ["b"]
    assert [row.name for row in evaluation.rows] == ["voice me"]


def test_when_none_can_be_said(tmp_path):
    with pytest.raises(DatasetError, match=r"none of the 2 sentences can be judged: .*nothing to pronounce"):
        run((Sentence("a", "…"), Sentence("b", "🎉")), {"voice me": lambda s: SystemOutput(buzz(1))}, tmp_path)


@pytest.mark.parametrize("waveform", [
    np.zeros(0, np.float32), np.zeros(9, np.float32), np.full(24_000, np.nan, np.float32), np.full(24_000, 1e9, np.float32),
])  # fmt: skip
def test_a_voice_that_came_apart_is_judged_as_it_sounds(sentences, tmp_path, waveform):
    evaluation = run(
        sentences, {HUMAN: human, "voice me": lambda s: SystemOutput(waveform)}, tmp_path, pictured=("voice me",)
    )
    for score in evaluation.row("voice me").scores:
        assert all(np.isfinite(figure.value) for figure in score.figures.values())


def test_a_damaged_recording_is_named(sentences, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    with pytest.raises(DatasetError, match=r"a\.wav is missing or damaged; run voicekit prepare again"):
        run(sentences, {HUMAN: human}, tmp_path)


def test_a_folder_that_cannot_be_written_to(sentences, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(VoicekitError, match="cannot write"):
        run(sentences, {HUMAN: human}, tmp_path / "file")


def test_names_with_anything_in_them_are_files(sentences, tmp_path):
    evaluation = run(sentences[:1], {"voice ../[x]/é": lambda s: SystemOutput(buzz(1.0))}, tmp_path)
    (wav,) = (tmp_path / "wavs").iterdir()
    assert evaluation.rows[0].scores[0].wav == f"wavs/{wav.name}"


def test_a_long_sentence_is_more_of_the_work_than_a_short_one(tmp_path):
    told = Told()
    both = (
        Sentence("a", "No."),
        Sentence("b", "She opened the window, and the whole room smelled of the rain that had come at last."),
    )
    run(both, {"voice me": lambda s: timed(lambda: buzz(0.5))}, tmp_path, reporter=told)
    assert told.shares["judging"][1] == pytest.approx(28 / (28 + 25 + len(both[1].text)))
