"""Every kind of plug-in has a contract that can be found and a check; the built-in ones keep theirs, broken ones do not."""

import importlib
from dataclasses import replace

import numpy as np
import pytest
import soxr

import voicekit.testing
from voicekit.core import plugins
from voicekit.speech.voices import load_voice
from voicekit.testing import check_denoiser, check_separator, check_transcriber

SAID = "Mister Smith sent seven blankets to the town."


@pytest.fixture(scope="module")
def spoken():
    speech = load_voice("base", "cpu").synthesize(SAID)
    return soxr.resample(speech.waveform, speech.sample_rate, 16_000)


@pytest.mark.parametrize("kind", plugins.KINDS)
def test_a_kind_names_its_contract_and_its_check(kind):
    module, _, name = plugins.KINDS[kind].contract.rpartition(".")
    assert getattr(importlib.import_module(module), name).__doc__
    assert callable(getattr(voicekit.testing, plugins.KINDS[kind].check))
    assert plugins.names(kind), "built-ins register as anyone's do"


@pytest.mark.parametrize("name", ["deepfilternet", "isolator", "noisereduce", "afftdn"])
def test_denoisers(name):
    check_denoiser(plugins.load("denoisers", name))


def test_the_isolator_separates():
    check_separator(plugins.load("separators", "isolator"))


def test_pocketsphinx_transcribes(spoken):
    check_transcriber(plugins.load("transcribers", "pocketsphinx"), "en-us", spoken, SAID)


def cut_short(treatment):
    return replace(treatment, apply=lambda blocks: (block[..., :-1] for block in treatment.apply(blocks)))


def block_by_block(treatment):
    def apply(blocks):
        return treatment.apply(block * np.float32(0.5 if block.shape[-1] < 9000 else 1) for block in blocks)

    return replace(treatment, apply=apply)


def doubles(treatment):
    return replace(treatment, apply=lambda blocks: (block.astype(np.float64) for block in treatment.apply(blocks)))


@pytest.mark.parametrize(("fault", "message"), [
    (cut_short, "as many samples"), (block_by_block, "cut into blocks"), (doubles, "float32"),
])  # fmt: skip
def test_what_a_broken_denoiser_does_is_named(fault, message):
    denoise = plugins.load("denoisers", "afftdn")
    with pytest.raises(AssertionError, match=message):
        check_denoiser(lambda sound, reduction_db=None: fault(denoise(sound, reduction_db)))
    separate = plugins.load("separators", "isolator")
    with pytest.raises(AssertionError, match=message):
        check_separator(lambda sound, reporter: fault(separate(sound, reporter=reporter)))


class Deaf:
    note = None

    def __init__(self, language):
        pass

    @staticmethod
    def missing(language):
        return None

    def transcribe(self, waveform):
        return "Thank you for watching!"


def test_a_transcriber_that_makes_words_up_is_named(spoken):
    with pytest.raises(AssertionError, match="half of the words"):
        check_transcriber(Deaf, "en-us", spoken, SAID)
    with pytest.raises(AssertionError, match="in silence nothing is heard"):
        check_transcriber(Deaf, "en-us", spoken, "Thank you for watching")
