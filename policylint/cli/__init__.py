"""The command line: alone in printing, reading the environment and exiting."""
