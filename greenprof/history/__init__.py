"""Runs over time: every run is kept, shown as a series, and set against what was intended (`docs/history.md`).

`keep` puts a run into the `inbox`, files that need no database; `store` takes them into one and reads it. `rows` are
what it knows of a run without its report. Pure, upon rows: `series` (trends and steps), `targets`, `readings` (other
meters), `summary`. `show/` is one file for each way to show a history.
"""
