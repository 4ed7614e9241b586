from events.models import Event


class VisibleEventsMixin:
    queryset = Event.objects.filter(cancelled=False).select_related("venue__address").prefetch_related("speakers")
