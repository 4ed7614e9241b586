"""CodeCarbon's ``OfflineEmissionsTracker``, whole machine, no outputs, no network.

``measure_power_secs`` is 1 because its default of 15 is made for longer runs, and memory counters are
asked for. Its joules here are those of the CPU, which with RAPL are what its counters gave; the RAM
that it adds to its total comes from a constant and is shown apart.
"""

PACKAGE = "codecarbon"


def measure(job):
    from codecarbon import OfflineEmissionsTracker

    tracker = OfflineEmissionsTracker(
        country_iso_code="DEU",
        tracking_mode="machine",
        measure_power_secs=1,
        rapl_include_dram=True,
        output_methods=[],
        log_level="error",
    )
    tracker.start()
    job()
    tracker.stop()
    data = getattr(tracker, "final_emissions_data", None)
    if data is None:
        return {"joules": None, "domains": {}}
    domains = {"cpu": data.cpu_energy * 3.6e6, "ram (constant)": data.ram_energy * 3.6e6}
    return {"joules": domains["cpu"], "domains": domains, "total_j": data.energy_consumed * 3.6e6}
