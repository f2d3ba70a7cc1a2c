"""Models of others that write storyboards and make pictures and motion."""
