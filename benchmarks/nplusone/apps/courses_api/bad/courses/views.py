from rest_framework.generics import ListAPIView

from .models import Course
from .serializers import CourseSerializer


class CourseList(ListAPIView):
    serializer_class = CourseSerializer

    def get_queryset(self):
        queryset = Course.objects.filter(hidden=False)
        return queryset.order_by("title")
