from django.http import JsonResponse
from django.views.generic import DetailView, ListView

from .models import Episode, Show


class JsonMixin:
    def render_to_response(self, context, **kwargs):
        return JsonResponse({"lines": context["lines"]})


class EpisodeList(JsonMixin, ListView):
    model = Episode

    def get_queryset(self):
        queryset = super().get_queryset().filter(public=True)
        queryset = queryset.select_related("host")
        return queryset.order_by("pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["lines"] = [f"{e.title} by {e.host.name}" for e in self.object_list]
        return context


class ShowDetail(JsonMixin, DetailView):
    model = Show

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        lines = []
        for episode in self.object.episodes.select_related("host").order_by("pk"):
            lines.append(f"{episode.host.name}: {episode.title}")
        context["lines"] = lines
        return context
