"""What the exit codes mean; the same for every command."""

CLEAN = 0
VIOLATIONS = 1
ERROR = 2
NOTHING_TO_CHECK = 3
INTERRUPTED = 130
