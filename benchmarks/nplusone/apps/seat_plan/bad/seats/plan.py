from seats.models import Seat


def plan(session):
    taken = {}
    for seat in session.query(Seat).order_by(Seat.id):
        if seat.guest is not None:  # n+1: relation-for-key
            taken[seat.id] = seat.guest.id
    return taken
