from films.models import Film


def by_director(year):
    films = Film.objects.filter(year=year)
    return {film.title: film.director.name for film in films}  # n+1: lazy-in-comprehension


def is_retrospective(year):
    return all(not film.director.living for film in Film.objects.filter(year=year))  # n+1: lazy-in-comprehension
