from films.models import Film


def by_director(year):
    films = Film.objects.filter(year=year).select_related("director")
    return {film.title: film.director.name for film in films}


def is_retrospective(year):
    return not Film.objects.filter(year=year, director__living=True).exists()
