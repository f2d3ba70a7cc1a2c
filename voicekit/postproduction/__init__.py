"""Sound post-production: a chain of steps over a recording or film."""
