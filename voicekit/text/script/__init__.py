"""What is to be spoken: cues with their times, tones and voices, read from scripts, captions, SSML and storyboards."""
