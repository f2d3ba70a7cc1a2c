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
        (f"seed = {'9' * 400}", "'seed' is a number of about 400 digits"),
        (f"seed = 0x{'9' * 9000}", "'seed' is a number of about 10837 digits"),
        (f"seed = 1\nminutes = {'9' * 5000}", r"a number has thousands of digits \(line 2\)"),
        ("base = 3", "'base' is text"),
        ("acoustic = 3", "'acoustic' is a table"),
        ("seed = ", "not valid TOML"),
        ("seed = nan", "'seed' is a number"),
        ("seed = 1.5", "'seed' is a whole number"),
        ("seed = -1", r"recipe\.toml: 'seed' must be from 0 to 4294967295, not -1"),
        ("[vocoder]\nbatch = 0", r"recipe\.toml: \[vocoder\]: 'batch' must be from 1 to 4096, not 0"),
        ("[vocoder]\nminutes = -3", r"recipe\.toml: \[vocoder\]: 'minutes' must be from 0 to 1000000, not -3"),
        ("seed = 100000000000000000000", r"recipe\.toml: 'seed' must be from 0 to 4294967295, not 100000000000000000000"),
        ("seed = 10000000000", "'seed' must be from 0 to 4294967295, not 10000000000"),
        ("[vocoder]\nbatch = 1000000000000", r"\[vocoder\]: 'batch' must be from 1 to 4096, not 1000000000000"),
        ("[vocoder]\nbatch = 1e300", r"\[vocoder\]: 'batch' must be from 1 to 4096"),
        ("[vocoder]\nlearning_rate = inf", r"\[vocoder\]: 'learning_rate' is a number, not inf"),
        ("[vocoder]\nlearning_rate = 1e9", "'learning_rate' must be from 0 to 1000, not 1000000000.0"),
        ("segment_frames = 1_000_000_000", "'segment_frames' must be"),
        ("trainable = 'none'", "'trainable' is one of 'all', 'speaker', not 'none'"),
        ("[acoustic_network]\nchannels = 1_000_000_000", r"\[acoustic_network\]: 'channels' must be from 2 to 4096"),
        ("[acoustic_network]\nchannels = 3", "'channels' must be from 2 to 4096 in steps of 2, not 3"),
        ("[acoustic_network]\ndropout = 7", "'dropout' must be from 0 to 1, not 7"),
        ("[acoustic_network]\ndecoder_layers = 10_000_000", "'decoder_layers' must be from 1 to 64, not 10000000"),
        ("[vocoder_network]\nkernel_size = 4", "'kernel_size' must be from 1 to 63 in steps of 2, not 4"),
        ("[vocoder_network]\nnoise_cepstrum = 999", "'noise_cepstrum' must be from 1 to 256, not 999"),
        ("base = [[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]", "lie more than 20 deep in each other"),
        ("base = " + "[" * 100_000, "lie more than 20 deep in each other"),
        (".".join("a" * 100_000) + " = 1", r"lie more than 20 deep in each other \(line 1\)"),
        ('" ".' * 100_000 + "a = 1", "lie more than 20 deep in each other"),
        (f"base = '{'x' * 20_000}'", "'base' is text of at most 10000 characters, not 'xxx"),
        ("x" * 20_000 + " = 1", r"unknown key 'x{1,60}…; did you mean"),
        ("# " + "x" * (1 << 20), "it is larger than 1024 kB"),
        ('base = "a\\u0000b"', "'base' holds signs that no text has"),
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
