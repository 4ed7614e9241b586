from sqlalchemy import select
from sqlalchemy.orm import joinedload

from newsletter.models import Subscriber
from newsletter.render import render


def overview(session):
    everybody = select(Subscriber).options(joinedload(Subscriber.plan))
    subscribers = session.scalars(everybody.order_by(Subscriber.email))
    return render("overview.txt", subscribers=subscribers.all())


def digest(session):
    return digest_of(session.query(Subscriber).options(joinedload(Subscriber.plan)).all())


def digest_of(readers):
    return render("digest.txt.j2", readers=readers, count=len(readers))
