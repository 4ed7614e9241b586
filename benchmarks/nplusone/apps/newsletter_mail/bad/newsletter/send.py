from sqlalchemy import select

from newsletter.models import Subscriber
from newsletter.render import render


def overview(session):
    subscribers = session.scalars(select(Subscriber).order_by(Subscriber.email))
    return render("overview.txt", subscribers=subscribers.all())


def digest(session):
    return digest_of(session.query(Subscriber).all())


def digest_of(readers):
    return render("digest.txt.j2", readers=readers, count=len(readers))
