"""The Belenios voting protocol, version 1, in the group Ed25519.

Each file holds one part of the protocol's specification ("Belenios specification", version 3.0, by Stéphane
Glondu); the sections named in the docstrings are its sections. Import from the files: this package imports
nothing by itself, so that a program pays only for what it uses.
"""
