"""Joules for monitoring systems: a saved report as metrics, and a host that is watched all the time.

To read in this order: `families` are the nouns; `prometheus` and `otlp` are two ways to write them, `push` sends the
second; `of_report` makes them of a saved report. A watched host: `system` is what the kernel tells of processes,
`table` who used the processors since the last look, `ledger` whose joules those are, `watch` the three together with a
meter; `server` and `agent` show them to who asks, `top` to who sits in front of it.
"""
