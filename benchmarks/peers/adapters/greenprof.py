"""greenprof as a library: ``with greenprof.measure():``, told to read the powercap counters and no other meter.

Without a meter's name it would go on to the next one where the counters cannot be read, in the end
to an estimate that says it is one; this is about the counters.
"""

PACKAGE = "greenprof"


def measure(job):
    import greenprof

    with greenprof.measure("rapl") as measured:
        job()
    return {"joules": measured.energy_j, "domains": measured.domains_j}


def start_stop():
    import greenprof

    def pair():
        with greenprof.measure("rapl"):
            pass

    return pair
