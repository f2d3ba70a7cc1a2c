"""Files of torch.save by anybody: tensors, or a line."""

import zipfile

import pytest
import torch

from voicekit.core.errors import CheckpointError
from voicekit.model.torch_file import check_tensors, read_torch_file


def test_what_torch_saved_is_read(tmp_path):
    for old in (False, True):
        torch.save({"a": torch.ones(3), "b": [1, "x"]}, tmp_path / "a.bin", _use_new_zipfile_serialization=not old)
        found = read_torch_file(tmp_path / "a.bin", "download it again")
        assert torch.equal(found["a"], torch.ones(3)) and found["b"] == [1, "x"]


def packed(source, target):
    """The same archive with its parts packed, which torch unpacks."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))


def test_what_unpacks_to_more_than_it_is_is_refused(tmp_path):
    torch.save({"a": torch.zeros(4_000_000)}, tmp_path / "whole.bin")
    packed(tmp_path / "whole.bin", tmp_path / "packed.bin")
    assert (tmp_path / "packed.bin").stat().st_size < 100_000
    torch.load(tmp_path / "packed.bin", weights_only=True)  # 16 MB
    with pytest.raises(CheckpointError, match=r"packed\.bin is damaged or holds no weights .*; download it again"):
        read_torch_file(tmp_path / "packed.bin", "download it again")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"\0" * 100, b"\x80\x02", b"\x80\x02]q\x00.", b"x" * 5000])
def test_what_is_none_is_refused(tmp_path, content):
    (tmp_path / "a.bin").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"a\.bin is damaged or holds no weights"):
        read_torch_file(tmp_path / "a.bin", "download it again")


@pytest.mark.parametrize(("tensors", "found"), [
    ({"a": torch.empty(1).as_strided((10**9, 10**3), (0, 0))}, "a claims more numbers than the file holds"),
    ({"a": torch.empty(1).expand(2**40, 2**20)}, "a claims more numbers"),
    ({f"a{i}": torch.empty(1).expand(1000) for i in range(9)}, "claims more numbers"),
    ({"a": torch.zeros(2, dtype=torch.int32)}, "a does not hold floating point numbers"),
    ({"a": torch.zeros(2, dtype=torch.complex64)}, "a does not hold floating point numbers"),
    ({"a": torch.sparse_coo_tensor(size=(10**9, 10**9), check_invariants=True)}, "a does not hold floating point numbers"),
    ({"a": torch.zeros(2, device="meta")}, "a does not hold floating point numbers"),
    ({"a": torch.tensor([1.0, torch.nan])}, "a holds infinite numbers or NaN"),
    ({"a": torch.tensor([1e300], dtype=torch.float64)}, "a holds infinite numbers or NaN"),
    ({"a": 3}, "'a', which is training state and not a weight"),
    ({3: torch.zeros(1)}, "a int for a name"),
])  # fmt: skip
def test_tensors_that_no_file_holds_are_named(tmp_path, tensors, found):
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 2000)
    with pytest.raises(CheckpointError, match=found):
        check_tensors(tensors, path, "download it again")


def test_a_name_that_is_endless_is_not_said(tmp_path):
    name = ()
    for _ in range(5):
        name = (name,) * 9
    (tmp_path / "a.bin").write_bytes(b"x")
    with pytest.raises(CheckpointError) as caught:
        check_tensors({name: 1}, tmp_path / "a.bin", "download it again")
    assert "a tuple for a name" in str(caught.value)
