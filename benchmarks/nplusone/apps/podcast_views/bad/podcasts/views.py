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
        return queryset.order_by("pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["lines"] = [f"{e.title} by {e.host.name}" for e in self.object_list]  # n+1: class-view-queryset
        return context


class ShowDetail(JsonMixin, DetailView):
    model = Show

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        lines = []
        for episode in self.object.episodes.order_by("pk"):
            lines.append(f"{episode.host.name}: {episode.title}")  # n+1: class-view-queryset
        context["lines"] = lines
        return context
