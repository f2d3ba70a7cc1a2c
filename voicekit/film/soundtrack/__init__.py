"""What is heard of a film beside the voice: music by mood, and effects, out of the storyboard's words for them."""
