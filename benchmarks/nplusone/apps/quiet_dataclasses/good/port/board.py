from port.service import pairs, ships


def board(session):
    lines = []
    for ship in ships(session):
        lines.append(f"{ship.name} in {ship.harbour.name} with {len(ship.crew)}")
    return lines


def lines(session):
    return [f"{ship}: {harbour}" for ship, harbour in pairs(session)]
