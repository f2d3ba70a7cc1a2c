"""The networks with their sizes and files; how they are trained is in training/."""
