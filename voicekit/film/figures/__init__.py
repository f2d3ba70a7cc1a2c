"""What is drawn into a scenery: people, robots, animals and things."""
