"""Files of any count of channels, of any mask, in any container."""

import pytest
import wide_sound


@pytest.mark.slow
@pytest.mark.parametrize("what", [wide_sound.any_count, wide_sound.any_mask, wide_sound.any_container])
def test_no_file_of_many_channels_ends_a_command(tmp_path, what):
    wide_sound.holds_in_a_process_of_its_own(what, tmp_path)
