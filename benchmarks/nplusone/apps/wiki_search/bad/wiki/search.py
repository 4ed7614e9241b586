from wiki.models import Page


def light():
    return Page.objects.only("title", "locked")


def results(word):
    hits = light().filter(title__icontains=word).order_by("title")
    return [{"title": page.title, "excerpt": page.body[:20]} for page in hits]  # n+1: deferred-column


def teasers():
    for page in Page.objects.defer("body", "summary").order_by("title"):
        if not page.locked:
            yield page.summary  # n+1: deferred-column
