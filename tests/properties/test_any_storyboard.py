"""Storyboards: what is written as Markdown is read again, whatever the words are."""

from hypothesis import given
from hypothesis import strategies as st

from voicekit.core.errors import ScriptError
from voicekit.film.storyboard.storyboard_writer import SceneDraft, is_marked, literal, storyboard_of, tidy
from voicekit.text.script.cue import has_word
from voicekit.text.script.markup import marked
from voicekit.text.script.script import parse
from voicekit.text.script.storyboard import Storyboard

simple = st.sampled_from(["a", "the", "Öl", "lights", "ß", "Nguyễn", "Audio", "don't", "clip", "I"])
phrases = st.lists(simple, min_size=1, max_size=6).map(" ".join)
#: What Markdown, storyboards and our markup mean something by.
odd = st.sampled_from(
    ["#", "##", "-", "*", "**", "_", "|", ":", "(6 seconds)", "(", ")", "[", "]", "[calm]", "[slow]", "[/slow]",
     "[pause 1s]", "[00:01]", "<", "<b>", "&", "\\", '"', "“", "”", "'", "---", "…", "None", "silence", "Music",
     "Clip 3", "Clip 4:", "Narration:", "Visual:", "1.", "5 s", "0:05", "\n", "\n\n", "\t", "\u2028", "\x0b", "\x85",
     "日本", "🎬", "\u200f", "\ue000", "~", "`", ">", "=", "- **Audio:** x", "| a | b |"]
)  # fmt: skip
any_text = st.lists(st.one_of(simple, odd, st.just(" ")), max_size=8).map("".join)
seconds = st.one_of(st.integers(1, 600).map(float), st.floats(0.001, 3599))


def shots(texts: st.SearchStrategy[str], narrations: st.SearchStrategy[str]) -> st.SearchStrategy[list[SceneDraft]]:
    """Clips of which all or none have a duration, as storyboards want it."""
    one = st.builds(SceneDraft, texts, seconds, texts, texts, narrations)
    timeless = st.builds(SceneDraft, texts, st.none(), texts, texts, narrations)
    return st.one_of(st.lists(one, min_size=1, max_size=4), st.lists(timeless, min_size=1, max_size=4))


def spoken(narration: str) -> list[str]:
    return marked(narration)[0].split() if is_marked(narration) else []


def written(drafts: list[SceneDraft]) -> str:
    return storyboard_of(drafts, "board.md").to_markdown()


def read(text: str) -> list[tuple]:
    return [
        (scene.clip.title, scene.clip.duration_s, scene.clip.visual, scene.clip.audio, scene.narration.split())
        for scene in Storyboard.parse(text, "board.md").scenes
    ]


@given(shots(phrases, st.builds(lambda words: words + ".", phrases)))
def test_plain_words_come_back_as_they_were(clips):
    assert read(written(clips)) == [
        (clip.title, clip.seconds and round(clip.seconds, 3), clip.visual, clip.audio, clip.narration.split())
        for clip in clips
    ]


#: Alone these stand for no narration at all; as a narration they are to be spoken.
wordless = st.sampled_from(["None.", "(silence)", "no narration", "Music only", "Stille", "—", "n/a"])


@given(shots(any_text, st.one_of(any_text, wordless)))
def test_what_is_written_is_read_again(clips):
    tidied = [tidy(clip) for clip in clips]
    text = written(clips)
    for number, (clip, found) in enumerate(zip(tidied, read(text), strict=True), start=1):
        title, duration_s, visual, audio, said = found
        assert title == (clip.title or f"Clip {number}")
        assert (duration_s, visual, audio, said) == (clip.seconds, clip.visual, clip.audio, spoken(clip.narration))
    assert written(tidied) == text, "once tidy, always tidy"
    if any(clip.narration for clip in tidied):
        assert len(parse(text, "board.md").clips) == len(clips)


@given(any_text)
def test_words_made_plain_are_spoken_as_they_stand(text):
    shown = text.replace("\\", "/")
    if has_word(text) and not any("\ue000" <= sign <= "\ue00f" for sign in text):
        assert marked(literal(text))[0] == shown


@given(
    st.lists(
        st.one_of(simple, odd, st.sampled_from(["\n## Clip 1: a (6 s)\n", "\n- **Narration:** words.\n", "\n"])), max_size=14
    ).map("".join)
)
def test_any_text_is_read_or_told_to_be_wrong(text):
    try:
        script = parse(text, "the board.md")
    except ScriptError as error:
        assert str(error).startswith("the board.md"), error
        return
    assert all(has_word(cue.text) and cue.text == " ".join(cue.text.split()) for cue in script.cues)
    assert all(cue.clip is None or 0 <= cue.clip < len(script.clips) for cue in script.cues)
