"""What is done with sound of many channels. In a file of its own, so that the two take turns on two cores."""

import pytest
import wide_sound


@pytest.mark.slow
@pytest.mark.parametrize("what", [wide_sound.every_treatment, wide_sound.films_music_and_datasets])
def test_no_treatment_of_many_channels_ends_a_command(tmp_path, what):
    wide_sound.holds_in_a_process_of_its_own(what, tmp_path)
