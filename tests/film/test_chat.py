import logging
import time

import pytest
from chat_server import KEY, Reply, endpoint, fails, says
from listener import Listener

from voicekit.core.errors import ConfigError, MediaError, PluginError, ScriptError
from voicekit.film.providers import chat
from voicekit.film.providers import openai_client as remote_module
from voicekit.film.providers.chat import Chat, ChatOptions
from voicekit.film.stage import Context
from voicekit.film.storyboard import llm_output
from voicekit.text.read import read_text, unheard
from voicekit.text.script.script import parse
from voicekit.text.script.storyboard import Storyboard

GOOD = """## Clip 1: Dawn (6 seconds)
- **Visual:** the sea, slow zoom in
- **Narration:** [calm] The sea is quiet.

## Clip 2: Noon (5 seconds)
- **Visual:** a market
- **Narration:** By noon, the market is full.

## Clip 3: Night (4 seconds)
- **Visual:** a lamp
- **Narration:** Then everybody sleeps.
"""
NEW_3 = "## Clip 3: Midnight (4 seconds)\n- **Visual:** stars\n- **Narration:** At night they dance.\n"


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    pytest.importorskip("openai")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("VOICEKIT_CHAT_MODEL", raising=False)
    monkeypatch.setattr(remote_module, "_FIRST_WAIT_S", 0.01)


def options(there, **changes):
    return ChatOptions(**{"model": "tiny", "base_url": there.url, "timeout_s": 10.0, **changes})


def write(*arguments):
    return chat.write(*arguments).to_markdown()


def refine(story, *arguments):
    return chat.refine(Storyboard.parse(story, "story.md"), *arguments).to_markdown()


def merged(story, *arguments):
    return llm_output.merged(Storyboard.parse(story, "story.md"), *arguments).to_markdown()


def test_a_brief_becomes_a_storyboard(tmp_path, monkeypatch):
    brief, out, said = tmp_path / "brief.txt", tmp_path / "story.md", []
    brief.write_text("A day at the harbour.")
    with endpoint(says(GOOD)) as there:
        monkeypatch.setenv("OPENAI_BASE_URL", there.url + "/")
        monkeypatch.setenv("VOICEKIT_CHAT_MODEL", "tiny")
        Chat().run([brief], out, ChatOptions(), Context(seed=7, reporter=Listener(said)))
    assert out.read_text() == GOOD
    ((path, headers, body),) = there.asked
    assert path == "/v1/chat/completions" and headers["authorization"] == f"Bearer {KEY}"
    assert body["model"] == "tiny" and body["seed"] == 7 and body["messages"][1]["content"] == "A day at the harbour."
    assert "127.0.0.1" in said[0] and "tiny" in said[0] and "licence" in said[0]


@pytest.mark.parametrize(
    "answer",
    [
        "Here is your storyboard:\n\n```markdown\n" + GOOD + "```\n\nLet me know if it is too long!",
        "<think>## Clip 9: no\n- **Narration:** never</think>\n\n" + GOOD + "\nI hope you like it.",
        GOOD.replace("\n", "\r\n"),
    ],
)
def test_talk_around_the_storyboard_is_left_out(answer):
    with endpoint(says(answer)) as there:
        assert write("A day.", options(there)) == GOOD


def test_missing_durations_are_filled_in():
    story = llm_output.storyboard_in(GOOD.replace(" (5 seconds)", ""), lambda text: 0.25 * len(text))
    assert [clip.duration_s for clip in parse(story.to_markdown()).clips] == [6, 7, 4]


@pytest.mark.parametrize("bad", ["I cannot do that.", GOOD.replace("[calm]", "[clam]"), GOOD.split("- **Nar")[0]])
def test_an_answer_that_is_none_is_sent_back_once(bad):
    said = []
    with endpoint(says(bad), says(GOOD)) as there:
        assert write("A day.", options(there), Context(reporter=Listener(said))) == GOOD
    assert len(there.asked) == 2
    messages = there.bodies[1]["messages"]
    assert messages[2]["content"] == bad and "cannot be read" in messages[3]["content"]
    assert "sent back" in said[1]


def test_a_second_bad_answer_ends_it():
    with endpoint(says("I am sorry, Dave.")) as there, pytest.raises(ScriptError, match=r"“I am sorry, Dave\.…”.*split"):
        write("A day.", options(there))
    assert len(there.asked) == 2


@pytest.mark.parametrize(
    "first",
    [
        fails(429, retry_after="0.05"),
        fails(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
        fails(429, retry_after="soon"),
        fails(500),
        fails(503),
        Reply(b'{"id": "1", "choi', cut=True),
        Reply(says(GOOD).body, wait_s=1.5),
    ],
)
def test_what_may_pass_is_tried_again(first):
    with endpoint(first, says(GOOD)) as there:
        assert write("A day.", options(there, timeout_s=0.5)) == GOOD
    assert len(there.asked) == 2


def test_retry_after_is_waited_for():
    with endpoint(fails(429, retry_after="0.6"), says(GOOD)) as there:
        begin = time.monotonic()
        write("A day.", options(there))
    assert time.monotonic() - begin >= 0.6


def test_nobody_waits_for_an_hour():
    with endpoint(fails(429, "slow down", retry_after="3600")) as there, pytest.raises(PluginError, match="slow down"):
        write("A day.", options(there))
    assert len(there.asked) == 1


@pytest.mark.parametrize(
    ("status", "message"),
    [(401, "OPENAI_API_KEY is refused"), (400, "refuses the request"), (403, "does not allow"), (404, "does not know")],
)
def test_what_is_refused_is_not_tried_again(status, message):
    with endpoint(fails(status, f"bad key {KEY}"), says(GOOD)) as there, pytest.raises(PluginError, match=message) as caught:
        write("A day.", options(there))
    assert len(there.asked) == 1 and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (fails(500, "boom"), r"error 500 \(tried 2 times\): “boom”.*split"),
        (Reply(b"{", cut=True), r"was cut \(tried 2 times\)"),
        (Reply(wait_s=1.5), r"did not answer within 0.5 s"),
    ],
)
def test_what_does_not_pass_is_given_up(reply, message):
    with endpoint(reply) as there, pytest.raises(PluginError, match=message):
        write("A day.", options(there, timeout_s=0.5, retries=1))
    assert len(there.asked) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"{this is no JSON"),
        Reply(b"<html>hello</html>", kind="text/html"),
        Reply(b"{}"),
        Reply(b"[]"),
        Reply(b"null"),
        Reply(b'{"choices": []}'),
        Reply(b'{"choices": [{}]}'),
        Reply(b'{"choices": "many"}'),
        Reply(b""),
        says(None),
        says("  \n"),
    ],
)
def test_nonsense_is_told_in_one_line(reply):
    with endpoint(reply) as there, pytest.raises(MediaError, match="split") as caught:
        write("A day.", options(there, retries=0))
    assert "\n" not in str(caught.value)


def test_nobody_there():
    with endpoint(says(GOOD)) as there:
        pass
    with pytest.raises(
        PluginError, match=r"nothing answers at http://127\.0\.0\.1:\d+/v1.*start it, or use --storyboard split"
    ):
        write("A day.", options(there, retries=1))


def test_the_key_is_nowhere(caplog, capfd):
    caplog.set_level(logging.DEBUG)
    said, errors = [], []
    for reply in (
        fails(401, f"the key {KEY}"),
        fails(400, "x" * 150 + KEY),
        fails(500, f"Bearer {KEY}"),
        says(f"no: {KEY}"),
    ):
        with endpoint(reply) as there, pytest.raises((PluginError, ScriptError)) as caught:
            write("A day.", options(there, retries=1), Context(reporter=Listener(said)))
        error = caught.value
        while error:
            errors.append(repr(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    with pytest.raises((PluginError, ConfigError)) as caught:
        write(
            "A day.", ChatOptions("tiny", f"http://user:{KEY}@127.0.0.1:1/v1", retries=0), Context(reporter=Listener(said))
        )
    told = "\n".join([*said, *errors, str(caught.value), caplog.text, *capfd.readouterr()])
    assert "127.0.0.1" in told and "secret" not in told and "cdef" not in told


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"base_url": "ftp://x/v1"}, ConfigError, "base URL"),
        ({"base_url": "http://[::1"}, ConfigError, "base URL"),
        ({"base_url": "localhost:11434"}, ConfigError, "http://localhost:11434/v1"),
        ({"timeout_s": 0.0}, ConfigError, "timeout_s"),
        ({"timeout_s": float("nan")}, ConfigError, "timeout_s"),
        ({"retries": -1}, ConfigError, "retries"),
        ({"seconds": 0.0}, ConfigError, "seconds"),
        ({"temperature": float("nan")}, ConfigError, "temperature"),
        ({"model": ""}, PluginError, "VOICEKIT_CHAT_MODEL"),
    ],
)
def test_options_that_make_no_sense(changes, error, message):
    with endpoint(says(GOOD)) as there, pytest.raises(error, match=message):
        write("A day.", options(there, **changes))
    assert there.asked == []


def test_keys(monkeypatch):
    with endpoint(says(GOOD)) as there:
        monkeypatch.delenv("OPENAI_API_KEY")
        assert write("A day.", options(there)) == GOOD  # nobody's own machine asks for one
        with pytest.raises(PluginError, match="set OPENAI_API_KEY"):
            write("A day.", ChatOptions(model="tiny"))
        monkeypatch.setenv("OPENAI_API_KEY", "my key\n2")
        with pytest.raises(PluginError, match="copy it again") as caught:
            write("A day.", options(there))
    assert "my key" not in str(caught.value)


@pytest.mark.parametrize("brief", ["", " \n", "…"])
def test_an_empty_brief(brief):
    with endpoint(says(GOOD)) as there, pytest.raises(ScriptError, match="empty"):
        write(brief, options(there))
    assert there.asked == []


def test_without_the_library(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with pytest.raises(PluginError, match=r"pip install 'voicekit\[visuals\]'"):
        write("A day.", ChatOptions("tiny", "http://localhost:1/v1"))


def test_refine_changes_what_it_is_asked_to(tmp_path):
    story = tmp_path / "story.md"
    messy = "# A day\r\n\r\n" + GOOD.replace("\n", "\r\n").replace("a market", "a   market  ") + "\r\n---\r\n# The end\r\n"
    story.write_bytes(messy.encode())
    with endpoint(says("Sure!\n\n" + NEW_3)) as there:
        changed = refine(read_text(story, unheard), "clip 3 at night", options(there))
    begin = messy.index("## Clip 3")
    assert changed[:begin] == messy[:begin] and changed.endswith("\r\n\r\n---\r\n# The end\r\n")
    assert parse(changed).cues[-1].text == "At night they dance." and "\n" not in changed.replace("\r\n", "")
    assert story.read_bytes() == messy.encode()
    assert "clip 3 at night" in there.bodies[0]["messages"][1]["content"]


def test_a_key_that_is_echoed_stays_out_of_what_is_written_and_said(monkeypatch):
    key = "Zq7!weirdSECRETkey.42"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with endpoint(says(GOOD.replace("a market", f"a market {key}"))) as there:
        assert key not in write("A day.", options(there))
    with endpoint(fails(400, f"your key ends in {key[-12:]}, Basic dXNlcjpwYXNz")) as there:
        with pytest.raises(PluginError) as caught:
            write("A day.", options(there))
        assert key[-12:] not in str(caught.value) and "dXNl" not in str(caught.value)


def test_merging():
    def length(text):
        return 3.0

    assert merged(GOOD, GOOD, length) == GOOD
    spaced = GOOD.replace("a market", "a   market").replace("sleeps.", "sleeps.\n\n* * *")
    assert merged(spaced, GOOD.replace("Dawn", "Sunrise"), length) == spaced.replace("Dawn", "Sunrise")
    assert merged(GOOD, NEW_3.replace(" (4 seconds)", ""), length).endswith(NEW_3.replace("4 sec", "3 sec"))
    removed = merged(GOOD, "## Clip 1: REMOVED", length)
    assert [clip.title for clip in parse(removed).clips] == ["Noon", "Night"] and "Clip 1: Noon" in removed
    longer = merged(GOOD, NEW_3.replace("Clip 3", "Clip 1b"), length)
    assert [clip.title for clip in parse(longer).clips] == ["Dawn", "Midnight", "Noon", "Night"]
    assert [f"Clip {n}:" in longer for n in (1, 2, 3, 4, 5)] == [True] * 4 + [False]
    gap = GOOD.replace("Clip 3", "Clip 12b")  # its own numbers hold
    assert merged(gap, NEW_3.replace("Clip 3", "Clip 12b"), length) == gap[: gap.index("## Clip 12b")] + NEW_3.replace(
        "3", "12b", 1
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (NEW_3.replace("Clip 3", "Clip 9"), "no clip 9"),
        (NEW_3.replace("Clip 3: ", ""), "has no number"),
        ("Nothing to do.", "headings"),
        ("## Clip 1: REMOVED\n## Clip 2: REMOVED\n## Clip 3: REMOVED", "no clip left"),
        (NEW_3.replace("(4 seconds)", "(0 seconds)"), "no time"),
    ],
)
def test_answers_that_cannot_be_merged(answer, message):
    with pytest.raises(ScriptError, match=message):
        merged(GOOD, answer, len)


def test_refining_what_is_none():
    with endpoint(says(NEW_3)) as there:
        with pytest.raises(ScriptError, match="not a storyboard"):
            refine("Once upon a time.", "shorter", options(there))
        with pytest.raises(ScriptError, match="wish is empty"):
            refine(GOOD, " ", options(there))
    assert there.asked == []


def test_text_goes_to_no_other_host():
    with endpoint(says(GOOD)) as elsewhere:
        moved = Reply(b"", 307, {"location": f"{elsewhere.url}/chat/completions"})
        with endpoint(moved) as there, pytest.raises(PluginError, match="redirects to http"):
            write("A day.", options(there))
        assert elsewhere.asked == []


def test_a_redirect_within_the_host_is_followed():
    with endpoint(Reply(b"", 307, {"location": "/v2/chat/completions"}), says(GOOD)) as there:
        write("A day.", options(there))
    assert [path for path, _, _ in there.asked] == ["/v1/chat/completions", "/v2/chat/completions"]
