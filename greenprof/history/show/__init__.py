"""One file = one way to show a history; `phrases` is what they share."""
