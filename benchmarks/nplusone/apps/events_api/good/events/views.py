from rest_framework import mixins, viewsets

from .mixins import VisibleEventsMixin
from .serializers.event import EventSerializer


class EventViewSet(VisibleEventsMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    def get_serializer_class(self):
        return EventSerializer
