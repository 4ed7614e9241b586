from pricing.models import Setting


def setting(key, default=None):
    found = Setting.objects.filter(key=key).first()
    return found.value if found else default
