"""Zeus's ``ZeusMonitor``: one window; the joules of all CPUs and memories that it reports."""

PACKAGE = "zeus"


def measure(job):
    from zeus.monitor import ZeusMonitor

    monitor = ZeusMonitor(gpu_indices=[])
    monitor.begin_window("job")
    job()
    result = monitor.end_window("job")
    domains = {f"cpu-{n}": joules for n, joules in (result.cpu_energy or {}).items()}
    domains |= {f"dram-{n}": joules for n, joules in (result.dram_energy or {}).items()}
    return {"joules": sum(domains.values()) if domains else None, "domains": domains}
