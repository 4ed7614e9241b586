"""The board's pages and its interface for programs. `app` puts them together, `guard` stands before them.

`pages` are for people, `api` for programs, `live` tells both when something has changed. They share `context`, the
open board, and `visitor`, who it is that asks.
"""
