"""voicekit as a server on this machine, in the form of OpenAI's speech API, which many programs speak through."""
