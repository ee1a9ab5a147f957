"""The subjects of rules: places in documents, entries, references, and places that wait for other files."""
