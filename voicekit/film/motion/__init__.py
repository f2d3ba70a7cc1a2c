"""A camera that moves over a picture."""
