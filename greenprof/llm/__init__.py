"""Requests to language models: counted in the program, placed on lines, and what is published of their energy.

`counts` reads what the program's Pythons have counted, `use` finds the lines and findings, `estimate` asks EcoLogits.
What a provider may have used is never added to what this machine did.
"""
