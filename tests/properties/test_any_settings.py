"""Settings: what is laid over the defaults is there, nothing else changes, and what does not fit is told."""

from dataclasses import asdict, dataclass, field, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit.core.errors import ConfigError
from voicekit.core.settings import overlay


@dataclass(frozen=True)
class Inner:
    rate: float = 0.5
    batch: int = 8


@dataclass(frozen=True)
class Outer:
    minutes: float = 14.0
    steps: int = 100
    name: str = "base"
    quick: bool = False
    inner: Inner = field(default_factory=Inner)


def some_of(values: dict) -> st.SearchStrategy:
    return st.fixed_dictionaries({}, optional=values)


numbers = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**15), 10**15))
inner = some_of({"rate": numbers, "batch": st.integers()})
outer = some_of({"minutes": numbers, "steps": st.integers(), "name": st.text(), "quick": st.booleans(), "inner": inner})
#: No number that a float can hold, and none of the other kinds.
anything = st.one_of(
    st.booleans(), st.text(), st.integers(), st.floats(), st.lists(st.integers(), max_size=2), st.just({}), st.just(10**400)
)


@given(outer)
def test_what_is_given_is_there_and_the_rest_stays(values):
    found = overlay(Outer(), values, "the recipe.toml")
    assert asdict(found) == {**asdict(Outer()), **values, "inner": {**asdict(Inner()), **values.get("inner", {})}}
    for one, default in ((found, Outer()), (found.inner, Inner())):
        assert all(type(getattr(one, f.name)) is type(getattr(default, f.name)) for f in fields(one))


@given(outer, outer)
def test_the_last_one_goes_before_the_first(first, second):
    both = {**first, **second, "inner": {**first.get("inner", {}), **second.get("inner", {})}}
    assert overlay(overlay(Outer(), first, ""), second, "") == overlay(Outer(), both, "")


@given(outer)
def test_the_same_once_more_changes_nothing(values):
    found = overlay(Outer(), values, "")
    assert overlay(found, asdict(found), "") == found


@given(st.sampled_from(["minutes", "steps", "name", "quick", "inner"]), anything)
def test_a_value_fits_or_is_told(key, value):
    try:
        found = overlay(Outer(), {key: value}, "the recipe.toml")
    except ConfigError as error:
        assert str(error).startswith("the recipe.toml: ") and f"'{key}'" in str(error)
        return
    assert type(getattr(found, key)) is type(getattr(Outer(), key))
    assert isinstance(value, bool) == (key == "quick"), "yes and no are no numbers"
    assert replace(found, **{key: getattr(Outer(), key)}) == Outer()


@given(st.text().filter(lambda key: key not in {f.name for f in fields(Outer)}), st.booleans())
def test_an_unknown_key_is_told_with_the_nearest_known_one(key, nested):
    with pytest.raises(ConfigError, match=r"unknown key .*; did you mean '(minutes|steps|name|quick|inner|rate|batch)'\?"):
        overlay(Outer(), {"inner": {"x" + key: 1}} if nested else {key: 1}, "the recipe.toml")
