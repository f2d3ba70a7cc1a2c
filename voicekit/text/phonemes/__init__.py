"""Words to phones: espeak-ng, the lexicon, ARPABET and IPA."""
