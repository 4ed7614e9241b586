from seats.models import Seat


def plan(session):
    taken = {}
    for seat in session.query(Seat).order_by(Seat.id):
        if seat.guest_id is not None:
            taken[seat.id] = seat.guest_id
    return taken
