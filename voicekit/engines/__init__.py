"""Others' voices: public models as engines, each in a module, and what all of them share."""
