"""Storyboards as people write them: clips with titles and lengths, what is seen, heard and said in them."""
