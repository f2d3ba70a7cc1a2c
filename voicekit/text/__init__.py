"""Written text and how it is said: files of any encoding, sentences; see normalise/, phonemes/ and script/."""
