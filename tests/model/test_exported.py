import json
import random

import numpy as np
import pytest

from voicekit.core.errors import CheckpointError
from voicekit.model.exported import exported, read_exported, read_metadata
from voicekit.model.onnx_graph import Graph
from voicekit.model.voice_file import load_info
from voicekit.model.weights import read_weights


@pytest.fixture(scope="module")
def model(tiny_voice) -> bytes:
    return exported(
        load_info(tiny_voice), read_weights(tiny_voice / "model.safetensors"), 'GIF = "jif"', "A voice – für alle"
    )


def written(path, metadata: dict[str, str]):
    graph = Graph()
    graph.output("y", graph.input("x", "float32", [1]) + 1, [1])
    path.write_bytes(graph.serialise(metadata))
    return path


def test_what_is_exported_comes_back(model, tiny_voice, tmp_path):
    (tmp_path / "me.onnx").write_bytes(model)
    voice = read_exported(tmp_path / "me.onnx")
    assert voice.info == load_info(tiny_voice)
    assert voice.lexicon == 'GIF = "jif"'
    assert read_metadata(model)["card"] == "A voice – für alle"
    assert len(model) < 2 * (tiny_voice / "model.safetensors").stat().st_size + 200_000


def test_half_precision_stays_half(tiny_voice):
    weights = read_weights(tiny_voice / "model.safetensors")
    info = load_info(tiny_voice)
    single = {name: array.astype(np.float32) for name, array in weights.items()}
    heard = sum(array.nbytes for name, array in weights.items() if "speaker_encoder" not in name)
    assert len(exported(info, single)) - len(exported(info, weights)) > 0.8 * heard


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_part_of_a_file(model, tmp_path, share):
    path = tmp_path / "me.onnx"
    path.write_bytes(model[: int(share * len(model))])
    with pytest.raises(CheckpointError, match=r"me\.onnx"):
        read_exported(path)


def test_any_bytes_are_refused_in_a_line(model, tmp_path):
    rng, path = random.Random(0), tmp_path / "me.onnx"
    for trial in range(200):
        damaged = bytearray(model)
        for _ in range(rng.randint(1, 30)):
            damaged[rng.randrange(40) if trial % 2 else -rng.randrange(1, 3000)] = rng.randrange(256)
        path.write_bytes(damaged)
        try:
            read_exported(path)
        except CheckpointError as error:
            assert len(str(error).splitlines()) == 1 and "me.onnx" in str(error)


@pytest.mark.parametrize("content", [b"RIFF....WAVE", b"\xff" * 50, b"\x80\x04\x95", b"\x08", bytes(100)])
def test_other_files(tmp_path, content):
    path = tmp_path / "me.onnx"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="not an ONNX file"):
        read_exported(path)


def test_a_missing_file(tmp_path):
    with pytest.raises(CheckpointError, match="missing or damaged"):
        read_exported(tmp_path / "me.onnx")


def test_anothers_model(tmp_path):
    with pytest.raises(CheckpointError, match="no voice of voicekit's; make one with: voicekit export"):
        read_exported(written(tmp_path / "x.onnx", {"comment": "piper"}))


OURS = {"format": 1, "digest": "x", "figures": {"log_f0_mean": 5, "log_f0_std": 0.2, "energy_mean": -5, "energy_std": 2}}


@pytest.mark.parametrize("ours", [
    {**OURS, "format": 99}, {**OURS, "format": "1" * 500}, {"format": 1}, [], 3, None, {**OURS, "figures": []},
    {**OURS, "figures": {"log_f0_std": "wide"}}, {**OURS, "figures": {"x": 1}}, {**OURS, "figures": {"log_f0_std": 0}},
])  # fmt: skip
@pytest.mark.parametrize("voice", ["whole", "{}", "[]", "{", '{"name": 3}'])
def test_metadata_of_another_version(tmp_path, tiny_voice, model, ours, voice):
    voice = read_metadata(model)["voice"] if voice == "whole" else voice
    path = written(tmp_path / "me.onnx", {"voicekit": json.dumps(ours), "voice": voice})
    with pytest.raises(CheckpointError) as told:
        read_exported(path)
    assert len(str(told.value).splitlines()) == 1
