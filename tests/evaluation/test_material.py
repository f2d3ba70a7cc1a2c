"""Which sentences are judged, and what is said where there are none."""

import json

import pytest

from voicekit.core.errors import DatasetError, ScriptError
from voicekit.dataset.manifest import wav_path
from voicekit.evaluation.material import choose


def rewrite(dataset, **changes):
    """Lays `changes` over every utterance of the manifest."""
    manifest = dataset / "manifest.jsonl"
    rows = [json.loads(line) | changes for line in manifest.read_text().splitlines()]
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_held_out_sentences_and_recordings_to_train_on(tiny_dataset):
    material = choose(tiny_dataset, 40, "en-us")
    assert [(s.id, s.text) for s in material.sentences] == [("u0", "The lights come on.")]
    assert material.sentences[0].human == wav_path(tiny_dataset, "u0")
    assert material.recordings == tuple(wav_path(tiny_dataset, f"u{i}") for i in range(1, 8))


def test_a_few_are_taken_from_all_over(tiny_dataset):
    rewrite(tiny_dataset, split="held-out")
    assert [s.id for s in choose(tiny_dataset, 3, "en-us").sentences] == ["u0", "u4", "u7"]
    assert len(choose(tiny_dataset, 100, "en-us").sentences) == 8


def test_lines_of_a_file_find_their_human(tiny_dataset, tmp_path):
    file = tmp_path / "lines.txt"
    file.write_text("﻿The  lights come on.\n\n  Nobody said this.  \nIs it late?\n", encoding="utf-8")
    first, second, third = choose(tiny_dataset, file, "en-us").sentences
    assert (first.text, first.human, first.taught) == ("The lights come on.", wav_path(tiny_dataset, "u0"), False)
    assert (second.text, second.human) == ("Nobody said this.", None)
    assert (third.human, third.taught) == (wav_path(tiny_dataset, "u2"), True)
    assert len({first.id, second.id, third.id}) == 3


def test_a_file_does_without_a_dataset(tmp_path):
    (tmp_path / "lines.txt").write_text("One.\nTwo.")
    material = choose(None, tmp_path / "lines.txt", "de")
    assert [s.text for s in material.sentences] == ["One.", "Two."] and material.recordings == ()


def test_british_and_american_are_one_language(tiny_dataset):
    assert choose(tiny_dataset, 1, "en-gb").sentences


def test_too_small_to_hold_any_back_half_of_it_is_judged_beside_the_other_half(tiny_dataset):
    rewrite(tiny_dataset, split="train")
    material = choose(tiny_dataset, 40, "en-us")
    assert len(material.sentences) == len(material.recordings) == 4 and all(s.taught and s.human for s in material.sentences)
    assert not {s.human for s in material.sentences} & set(material.recordings)


def test_the_only_utterance_is_judged_beside_itself(tiny_dataset):
    rewrite(tiny_dataset, split="train")
    manifest = tiny_dataset / "manifest.jsonl"
    manifest.write_text(manifest.read_text().splitlines()[0] + "\n")
    material = choose(tiny_dataset, 40, "en-us")
    assert [s.human for s in material.sentences] == list(material.recordings) == [wav_path(tiny_dataset, "u0")]


def test_another_language(tiny_dataset):
    with pytest.raises(DatasetError, match="is in 'en-us', the voice speaks 'de'"):
        choose(tiny_dataset, 40, "de")


def test_no_dataset():
    with pytest.raises(DatasetError, match="name a dataset or a file"):
        choose(None, 40, "en-us")


@pytest.mark.parametrize(("content", "complaint"), [
    (b"", "is empty"), (b" \n\t\n", "is empty"), (b"\0\1\2\0", "is"), (None, "does not exist"),
])  # fmt: skip
def test_a_file_without_sentences(tiny_dataset, tmp_path, content, complaint):
    file = tmp_path / "lines.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ScriptError, match=rf"lines\.txt {complaint}"):
        choose(tiny_dataset, file, "en-us")


def test_a_folder_is_no_file_of_sentences(tiny_dataset, tmp_path):
    with pytest.raises(ScriptError, match="is a folder"):
        choose(tiny_dataset, tmp_path, "en-us")
