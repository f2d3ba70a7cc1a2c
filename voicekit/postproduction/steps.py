"""The steps of sound post-production by name."""

import difflib
from collections.abc import Callable
from functools import partial

from voicekit.audio.presets import find_preset
from voicekit.core import plugins
from voicekit.core.errors import ConfigError
from voicekit.postproduction.chain import Step

#: The order of the method: noise reduction, restoration, enhancement, delivery.
USUAL = ("denoise", "restore", "enhance", "master")


def _denoise(preset: str) -> Step:
    return plugins.load("denoisers", plugins.DENOISER)


def _restore(preset: str) -> Step:
    from voicekit.audio.restore import restore

    return restore


def _enhance(preset: str) -> Step:
    from voicekit.audio.enhance import enhance

    return enhance


def _master(preset: str) -> Step:
    from voicekit.audio.master import master
    from voicekit.postproduction.dialogue import find_dialogue

    return partial(master, preset=find_preset(preset), find_dialogue=find_dialogue)


_STEPS: dict[str, Callable[[str], Step]] = {
    "denoise": _denoise,
    "restore": _restore,
    "enhance": _enhance,
    "master": _master,
}


def find_steps(names: tuple[str, ...], preset: str) -> dict[str, Step]:
    """The steps of these names, in this order, the last of them for delivery as `preset` says.

    Raises:
        ConfigError: a name is unknown, given twice, or there is none; the preset is unknown.
    """
    if not names:
        raise ConfigError(f"no step to do; name some of {', '.join(_STEPS)}")
    for number, name in enumerate(names):
        if name not in _STEPS:
            near = difflib.get_close_matches(name, _STEPS, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else "."
            raise ConfigError(f"no step is called '{name}'{hint} There are {', '.join(_STEPS)}.")
        if name in names[:number]:
            raise ConfigError(f"the step '{name}' is given twice; once is enough")
    find_preset(preset)
    return {name: _STEPS[name](preset) for name in names}
