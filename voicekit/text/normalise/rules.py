"""Turns written signs into spoken words by patterns, each with what is said for a match, applied one after another."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from voicekit.core.patterns import lazy_pattern


class Rule(NamedTuple):
    """A pattern, and what is said for a match of it."""

    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str]


def rule(pattern: str, say: Callable[[re.Match[str]], str] | str) -> Rule:
    """A rule; `say` is a function of the match, or the words themselves."""
    return Rule(lazy_pattern(pattern), say if callable(say) else lambda match: say)


def speak(rules: Iterable[Rule], text: str) -> str:
    """`text` after all `rules`; what the more particular ones have spoken, those behind them find as words."""
    for pattern, say in rules:
        text = pattern.sub(say, text)
    return text


def any_of(words: Iterable[str]) -> str:
    """The pattern of any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
