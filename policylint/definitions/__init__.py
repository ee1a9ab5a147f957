"""Definitions: what people write about policy — rules, kinds, entries, configuration — checked and compiled.

pydantic reads every file and refuses unknown keys; all faults of all files are reported together. The result is
plain data that `policylint.pack` and `policylint.workspace` give names to. This package is imported only when
a definition has changed since it was last compiled.
"""
