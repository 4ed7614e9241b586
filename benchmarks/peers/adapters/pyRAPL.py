"""pyRAPL: ``setup()``, then a ``Measurement`` with ``begin()`` and ``end()``, as its README has it."""

PACKAGE = "pyRAPL"


def measure(job):
    import pyRAPL

    pyRAPL.setup()
    meter = pyRAPL.Measurement("job")
    meter.begin()
    job()
    meter.end()
    result = meter.result
    if result.pkg is None:
        return {"joules": None, "domains": {}}
    domains = {f"package-{n}": uj / 1e6 for n, uj in enumerate(result.pkg)}
    if result.dram is not None:
        domains |= {f"dram-{n}": uj / 1e6 for n, uj in enumerate(result.dram)}
    return {"joules": sum(domains.values()), "domains": domains}


def start_stop():
    import pyRAPL

    pyRAPL.setup()

    def pair():
        meter = pyRAPL.Measurement("pair")
        meter.begin()
        meter.end()

    return pair
