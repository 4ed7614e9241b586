"""Fixes proven on the user's own program: applied one by one in a copy, tested, and measured side by side.

Start with `greenprof.prove.proving`: it is the whole story.
"""
