"""What is to be spoken: cues with their times, tones and voices, out of scripts, captions, SSML and storyboards."""
