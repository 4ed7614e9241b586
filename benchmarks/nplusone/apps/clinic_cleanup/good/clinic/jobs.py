import logging

from clinic.models import Draft, Visit

log = logging.getLogger(__name__)


def nightly(today):
    missed = close_missed(today)
    dropped = drop_drafts()
    log.info("%d missed, %d dropped", missed, dropped)
    return missed, dropped


def close_missed(today):
    return Visit.objects.filter(day__lt=today, status=Visit.Status.PLANNED).update(status=Visit.Status.MISSED)


def drop_drafts():
    drafts = Draft.objects.filter(stale=True)
    return drafts.delete()[0]
