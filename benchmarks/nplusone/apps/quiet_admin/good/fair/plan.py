from fair.models import Stand


def plan():
    return [(stand.number, stand.hall.name, stand.exhibitor.name) for stand in Stand.objects.filter(number__gte=0)]
