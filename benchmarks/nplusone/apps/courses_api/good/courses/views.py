from django.db.models import Count
from rest_framework.generics import ListAPIView

from .models import Course
from .serializers import CourseSerializer


class CourseList(ListAPIView):
    serializer_class = CourseSerializer

    def get_queryset(self):
        queryset = Course.objects.filter(hidden=False)
        queryset = queryset.select_related("lecturer").annotate(enrolled=Count("enrolment"))
        return queryset.order_by("title")
