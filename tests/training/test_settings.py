import pytest

from voicekit.core.errors import ConfigError
from voicekit.core.settings import read_toml
from voicekit.training.settings import TrainConfig, with_minutes


def read(tmp_path, text):
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    return read_toml(path, TrainConfig())


def test_a_recipe_is_a_diff_against_the_defaults(tmp_path):
    config = read(tmp_path, 'base = "none"\n[acoustic]\nminutes = 3\n')
    assert config.base == "none"
    assert config.acoustic.minutes == 3.0
    assert config.acoustic.batch == TrainConfig().acoustic.batch
    assert config.vocoder == TrainConfig().vocoder


def test_minutes_are_shared_in_proportion():
    config = with_minutes(TrainConfig(), 30)
    assert config.minutes == pytest.approx(30)
    assert config.acoustic.minutes / config.prosody.minutes == pytest.approx(12 / 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sede = 3", "did you mean 'seed'"),
        ("[acoustic]\nminuts = 3", "did you mean 'minutes'"),
        ("seed = 'three'", "'seed' is a number"),
        ("seed = true", "'seed' is a number"),
        (f"seed = {'9' * 400}", "'seed' is a number"),
        ("base = 3", "'base' is a str"),
        ("acoustic = 3", "'acoustic' is a table"),
        ("seed = ", "not valid TOML"),
        ("seed = nan", "'seed' is a number"),
        ("seed = 1.5", "'seed' is a whole number"),
        ("seed = -1", r"recipe\.toml: 'seed' must be at least 0, not -1"),
        ("[vocoder]\nbatch = 0", r"recipe\.toml: \[vocoder\]: 'batch' must be at least 1, not 0"),
        ("[vocoder]\nminutes = -3", r"recipe\.toml: \[vocoder\]: 'minutes' must be at least 0, not -3"),
        ("[acoustic]\nminutes = 0\n[prosody]\nminutes = 0\n[vocoder]\nminutes = 0", "'minutes' must be more than 0"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        read(tmp_path, text)


def test_a_missing_recipe(tmp_path):
    with pytest.raises(ConfigError, match="cannot read"):
        read_toml(tmp_path / "nowhere.toml", TrainConfig())


def test_the_recipes_we_ship_are_valid():
    from pathlib import Path

    import voicekit

    recipes = list((Path(voicekit.__file__).parents[1] / "recipes").glob("*.toml"))
    assert recipes
    for recipe in recipes:
        read_toml(recipe, TrainConfig())
