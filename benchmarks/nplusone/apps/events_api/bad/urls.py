from rest_framework import routers

from events import views

router = routers.DefaultRouter()
router.register(r"events", views.EventViewSet, basename="event")

urlpatterns = router.urls
