from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.generic import ListView

from guide.models import Hike, Remark


class HikeList(ListView):
    template_name = "guide/hikes.html"
    context_object_name = "hikes"

    def get_queryset(self):
        return Hike.objects.select_related("region").prefetch_related("remarks").order_by("pk")


def remarks(request):
    paginator = Paginator(Remark.objects.prefetch_related("target").order_by("pk"), 100)
    return render(request, "guide/remarks.html", {"page": paginator.get_page(request.GET.get("page"))})
