from django.urls import path

from forum.api.views import threads

urlpatterns = [path("api/threads/", threads)]
