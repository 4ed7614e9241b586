from batch.chunks import chunked
from batch.models import Device, Report

SIZE = 500


def upgrade(serials, version):
    changed = 0
    for chunk in chunked(serials, SIZE):
        changed += Device.objects.filter(serial__in=chunk).update(firmware=version)
    return changed


def store(texts):
    for chunk in chunked(texts.items(), SIZE):
        devices = Device.objects.in_bulk([serial for serial, _ in chunk], field_name="serial")
        Report.objects.bulk_create([Report(device=devices[serial], text=text) for serial, text in chunk])


def rename():
    devices = list(Device.objects.all())
    for start in range(0, len(devices), SIZE):
        part = devices[start : start + SIZE]
        for device in part:
            device.serial = device.serial.upper()
        Device.objects.bulk_update(part, ["serial"])
