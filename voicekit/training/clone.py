"""From a dataset to a voice of another engine, in seconds: the best passage is found, and the engine listens to it."""

import importlib
from pathlib import Path
from typing import Protocol

from voicekit.core.errors import ConfigError
from voicekit.core.files import alone
from voicekit.core.reporter import SILENT, Reporter
from voicekit.dataset.manifest import read_manifest
from voicekit.engines.catalogue import CATALOGUE
from voicekit.engines.passage import Passage
from voicekit.engines.store import card_of, installed
from voicekit.speech.device import choose_device
from voicekit.training.own_passage import read_passage
from voicekit.training.passage import choose_passage


class _Module(Protocol):
    """What the module `voicekit.engines.NAME` of an engine that clones offers."""

    def clone(self, passage: Passage, language: str, folder: Path, device: str, reporter: Reporter) -> None:
        """Makes `folder` a voice that speaks as the person in the passage; `voice.toml` comes last.

        Raises:
            PluginError: the engine cannot run, its weights cannot be had, or it does not speak the language.
            VoicekitError: the folder cannot be written.
        """
        ...


def clone(
    dataset: Path | None,
    voice: Path,
    engine: str,
    passage: Path | None = None,
    language: str = "",
    device: str = "auto",
    reporter: Reporter = SILENT,
) -> Path:
    """Makes a voice of another engine from a prepared dataset, or a passage.

    Args:
        dataset: its first speaker is whom the voice will speak as; None where there is a passage.
        voice: the folder that it goes to.
        passage: a sound or film file to clone from; without it the best passage of the dataset is taken.
        language: what the voice is to speak, an espeak language code; "" for that of the dataset.

    Returns:
        The voice's folder.

    Raises:
        ConfigError: there is no such engine or device, or it clones nobody.
        PluginError: the engine was not added, or fails.
        DatasetError: the dataset is damaged or too small, or the passage is none.
    """
    check_clones(engine)
    device = choose_device(device)
    language = language or (read_manifest(dataset)[0].language if dataset else "en-us")
    wanted_s = card_of(engine).passage_s
    if passage:
        taken = read_passage(passage, wanted_s, reporter)
        if dataset:
            taken.origin["dataset"] = dataset.name
        reporter.say(f"The passage to clone from: {taken.duration_s:.1f} s of {passage}")
    else:
        assert dataset, "a passage, or a dataset to find one in"
        choice = choose_passage(dataset, wanted_s, reporter)
        taken = choice.passage
        for line in choice.told:
            reporter.say(line)
    module: _Module = importlib.import_module(f"voicekit.engines.{engine}")
    with alone(voice):
        module.clone(taken, language, voice, device, reporter)
    return voice


def check_clones(engine: str) -> None:
    """Makes sure that an engine clones, and was added, its licence so agreed to.

    Raises:
        ConfigError, PluginError: it does not, or was not; what to do is told.
    """
    if not card_of(engine).clones:
        cloning = ", ".join(name for name, card in CATALOGUE.items() if card.clones)
        raise ConfigError(
            f"the engine '{engine}' clones nobody: it has voices of its own (voicekit voices --engine {engine}); those that "
            f"clone: {cloning}"
        )
    installed(engine)
