from django.views.generic import ListView

from theatre.models import Play


class PlayList(ListView):
    model = Play
    paginate_by = 100
