"""From an idea to the finished film: a chain of stages, each replaceable by someone else's."""
