"""pyJoules: an ``EnergyContext`` over every domain that it finds; packages and memory are added up."""

PACKAGE = "pyJoules"


def measure(job):
    from pyJoules.energy_meter import EnergyContext
    from pyJoules.handler import EnergyHandler

    kept = []

    class Keep(EnergyHandler):
        def process(self, trace):
            kept.extend(trace)

    with EnergyContext(handler=Keep()):
        job()
    domains = {name: uj / 1e6 for name, uj in kept[0].energy.items()}
    counted = [joules for name, joules in domains.items() if name.startswith(("package", "dram"))]
    return {"joules": sum(counted) if counted else None, "domains": domains}


def start_stop():
    from pyJoules.device import DeviceFactory
    from pyJoules.energy_meter import EnergyMeter

    meter = EnergyMeter(DeviceFactory.create_devices())

    def pair():
        meter.start(tag="pair")
        meter.stop()

    return pair
