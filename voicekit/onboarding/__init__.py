"""The first minutes: the demo of the whole chain, and the doctor."""
