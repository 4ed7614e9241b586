"""A base commit and the head beside each other, in one session: ``greenprof ab``, and ``--green-base`` of the plugin.

`suite` is the story. `git` and `workplace` check the base out, `layout`, `dependencies` and `environment` see to what
it runs in, `side` puts them together, `program` finds the user's pytest; `workers` talks to ``inside/worker.py``, which
runs in either side's Python; `trying` runs each test once, `racing` races what both sides can run, `show` tells it.
"""
