"""A voice that anybody may have written: it loads, or is refused in one line, before anything is built, in little memory."""

import json
import math
import resource
import shutil
import struct
from copy import deepcopy
from pathlib import Path

import pytest
import tomli_w
import torch
from hypothesis import given
from hypothesis import strategies as st

from voicekit.core.documents import parse_toml
from voicekit.core.errors import CheckpointError, VoicekitError
from voicekit.model.checkpoint import load_networks, load_tensors
from voicekit.speech.native import load
from voicekit.speech.voices import read_voice

#: Beside what the tests before have taken.
MOST_KB = 600_000
HOSTILE = [
    0, -1, 1, 2, 3, 7, 24, 10**9, 10**20, -(10**18), 2**62, 0.5, -0.5, 7.5, 1e300, math.nan, math.inf, -math.inf, True,
    "", "7", "x" * 20_000, "\x1b[2J", "../..", [], [1], [[[[1]]]], ["a"] * 3000, [""] * 3, {}, {"kind": "vocos"},
    {"a": {"b": {"c": 1}}},
]  # fmt: skip


@pytest.fixture(scope="module")
def voice(tiny_voice, tmp_path_factory) -> Path:
    return shutil.copytree(tiny_voice, tmp_path_factory.mktemp("any") / "voice")


@pytest.fixture(scope="module")
def whole(tiny_voice) -> dict:
    return parse_toml((tiny_voice / "voice.toml").read_text())


def loads_or_is_refused(folder: Path) -> None:
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for read in (read_voice, load_networks, load):
        try:
            read(folder)
        except VoicekitError as error:
            assert len(str(error).splitlines()) == 1
            assert str(folder) in str(error)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < MOST_KB


def places(values: dict) -> list[tuple[str, ...]]:
    """The keys of a document, and of the tables in it."""
    inner = [(key, *place) for key, value in values.items() if isinstance(value, dict) for place in places(value)]
    return [(key,) for key in values] + inner


@given(st.data())
def test_any_value_in_a_voice_toml(voice, whole, data):
    values = deepcopy(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        *outer, key = data.draw(st.sampled_from(places(values)))
        table = values
        for name in outer:
            table = table[name]
        what = data.draw(st.sampled_from(["value", "value", "value", "none", "new"]))
        if what == "none":
            del table[key]
        else:
            table[key if what == "value" else f"{key}s"] = deepcopy(data.draw(st.sampled_from(HOSTILE)))
        if not values:
            break
    (voice / "voice.toml").write_text(tomli_w.dumps(values))
    loads_or_is_refused(voice)


@given(st.data())
def test_any_header_of_its_weights(voice, whole, tiny_voice, data):
    (voice / "voice.toml").write_text(tomli_w.dumps(whole))
    content = (tiny_voice / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header, body = json.loads(content[8 : 8 + length]), content[8 + length :]
    name = data.draw(st.sampled_from(sorted(set(header) - {"__metadata__"})))
    number = st.sampled_from([0, 1, -1, 3, 10**6, 10**12, 2**63, 2**64, 1.5, "x", None])
    change = data.draw(st.sampled_from(["shape", "data_offsets", "dtype", "name", "length", "body", "bytes"]))
    if change == "shape":
        header[name]["shape"] = data.draw(st.lists(number, max_size=4))
    elif change == "data_offsets":
        header[name]["data_offsets"] = data.draw(st.lists(number, max_size=3))
    elif change == "dtype":
        header[name]["dtype"] = data.draw(st.sampled_from(["F64", "BF16", "I8", "BOOL", "F8_E4M3", "C64", "F4", "X", 3]))
    elif change == "name":
        header[data.draw(st.sampled_from(["acoustic", "vocoder.x", "", "x" * 10_000]))] = header.pop(name)
    elif change == "body":
        at = data.draw(st.integers(0, len(body) - 2))
        body = body[:at] + data.draw(st.binary(min_size=2, max_size=2)) + body[at + 2 :]
    packed = json.dumps(header).encode()
    length = data.draw(st.sampled_from([0, 1, 10**6, 2**40, 2**63, 2**64 - 1])) if change == "length" else len(packed)
    made = struct.pack("<Q", length) + packed + body
    if change == "bytes":
        at = data.draw(st.integers(0, 2000))
        made = made[:at] + data.draw(st.binary(max_size=20)) + made[at + data.draw(st.integers(0, 20)) :]
    (voice / "model.safetensors").write_bytes(made)
    loads_or_is_refused(voice)


@pytest.fixture
def copy(tiny_voice, tmp_path) -> Path:
    return shutil.copytree(tiny_voice, tmp_path / "copy")


def change_weights(folder: Path, **values: torch.Tensor) -> None:
    from safetensors.torch import save_file

    path = folder / "model.safetensors"
    tensors = load_tensors(path)
    assert values.keys() <= tensors.keys()
    save_file(tensors | values, path)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
@pytest.mark.parametrize("name", ["acoustic.decoder.out.bias", "vocoder.out.bias"])
def test_weights_that_are_no_numbers_are_named(copy, name, value):
    tensor = load_tensors(copy / "model.safetensors")[name].double()
    tensor[1] = value
    change_weights(copy, **{name: tensor})
    for read in (load_networks, load):
        with pytest.raises(CheckpointError, match=rf"model\.safetensors .*{name} holds infinite numbers, NaN"):
            read(copy)


@pytest.mark.parametrize(("name", "value"), [
    ("acoustic.decoder.out.bias", 3e38), ("acoustic.mel_std", 3e38), ("acoustic.predictor.out.bias", 3e38),
    ("vocoder.into.bias", 3e38), ("acoustic.log_f0_std", 0.0), ("acoustic.energy_std", 0.0),
])  # fmt: skip
def test_a_voice_that_makes_no_numbers_is_told(copy, name, value):
    tensor = load_tensors(copy / "model.safetensors")[name].float()
    change_weights(copy, **{name: torch.full_like(tensor, value)})
    try:
        speech = load(copy).synthesize("The lights come on.")
    except CheckpointError as error:
        assert "weights are damaged" in str(error)
    else:
        assert abs(speech.waveform).max() <= 1


def test_no_weights_make_a_sentence_endless(copy):
    change_weights(copy, **{"acoustic.duration_scale": torch.tensor(1e9)})
    words = load(copy).timing("The lights come on.")
    assert 0 < words[-1].end_s < 120
