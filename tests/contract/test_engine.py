"""Every built-in engine keeps the contract; and the contract catches those that do not."""

from dataclasses import replace

import numpy as np
import pytest

from voicekit.core import plugins
from voicekit.core.errors import PluginError
from voicekit.speech.engine import Engine, Speech
from voicekit.speech.voices import built_in_folder, load_engine, read_voice
from voicekit.testing import check_engine
from voicekit.text.phonemes.lexicon import parse_lexicon
from voicekit.text.script.marks import NO_MARKS


def test_native_engine(tiny_voice):
    check_engine(load_engine(read_voice(tiny_voice), "cpu"))


def test_built_in_voice():
    check_engine(load_engine(read_voice(built_in_folder()), "cpu"))


def test_engines_are_found_by_name():
    assert "native" in plugins.names("engines")
    with pytest.raises(PluginError, match=r"installed: .*native"):
        plugins.load("engines", "nobody")


class Broken(Engine):
    """An engine with one fault."""

    def __init__(self, engine, fault):
        self.sample_rate, self.fingerprint = engine.sample_rate, engine.fingerprint
        self.engine, self.fault, self.calls = engine, fault, 0

    def stream(self, text, *, pace=1.0, marks=NO_MARKS, seed=0):
        self.calls += 1
        seed = self.calls if self.fault == "seed" and seed else seed
        speech = self.engine.synthesize(text, pace=1.0 if self.fault == "pace" else pace, marks=marks, seed=seed)
        yield {
            "loud": lambda: replace(speech, waveform=speech.waveform * 1e3),
            "nan": lambda: replace(speech, waveform=speech.waveform * np.nan),
            "silent": lambda: replace(speech, waveform=speech.waveform * 0),
            "words": lambda: Speech(speech.waveform, speech.sample_rate),
            "rate": lambda: replace(speech, sample_rate=speech.sample_rate * 2),
            "random": lambda: replace(speech, waveform=speech.waveform * (0.5 + 0.1 / self.calls)),
            "pace": lambda: speech,
        }.get(self.fault, lambda: speech)()


class Skipping(Broken):
    """Streams less than it says at once."""

    def synthesize(self, text, **how):
        return self.engine.synthesize(text, **how)

    def stream(self, text, **how):
        yield next(self.engine.stream(text, **how))


def test_the_contract_catches_lost_sentences(tiny_voice):
    with pytest.raises(AssertionError, match="streamed"):
        check_engine(Skipping(load_engine(read_voice(tiny_voice), "cpu"), None))


def test_an_engine_that_knows_no_lexicon_says_so(tiny_voice):
    engine = Broken(load_engine(read_voice(tiny_voice), "cpu"), "pace")
    with pytest.raises(PluginError, match=r"Broken.*takes no lexicon"):
        engine.with_lexicon(parse_lexicon('one = "two"'))


@pytest.mark.parametrize("fault", ["loud", "nan", "silent", "words", "rate", "random", "pace", "seed"])
def test_the_contract_catches(tiny_voice, fault):
    with pytest.raises(AssertionError):
        check_engine(Broken(load_engine(read_voice(tiny_voice), "cpu"), fault))
