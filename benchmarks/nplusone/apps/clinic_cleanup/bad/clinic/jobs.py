import logging

from clinic.models import Draft, Visit

log = logging.getLogger(__name__)


def nightly(today):
    missed = close_missed(today)
    dropped = drop_drafts()
    log.info("%d missed, %d dropped", missed, dropped)
    return missed, dropped


def close_missed(today):
    count = 0
    for visit in Visit.objects.filter(day__lt=today, status=Visit.Status.PLANNED):
        visit.status = Visit.Status.MISSED
        visit.save()  # n+1: write-per-row
        count += 1
    return count


def drop_drafts():
    drafts = Draft.objects.filter(stale=True)
    dropped = len(drafts)
    for draft in drafts:
        draft.delete()  # n+1: write-per-row
    return dropped
