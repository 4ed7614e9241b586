from django.urls import path

from courses.views import CourseList

urlpatterns = [path("courses/", CourseList.as_view())]
