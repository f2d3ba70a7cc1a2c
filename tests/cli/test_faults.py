"""The short form of tests/faults.py: what is left of the fastest commands after each fault, and after each signal."""

import sys

import pytest
from faults import COMMANDS, FAULTS, SIGNALS, Bench, kill, wrongs

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc, and takes rights away")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault(bench, name):
    found = wrongs(FAULTS[name], bench, COMMANDS["denoise-wav"])
    if found is None:
        pytest.skip("nothing to do with this command, or not as this user")
    assert found == []


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("share", [0.6, 0.9])
def test_a_signal(bench, number, share):
    assert list(kill(bench, COMMANDS["denoise-wav"], number, share)) == []
