from club import selectors


def club_lines():
    lines = []
    for club in selectors.clubs():
        if club.has_members():
            lines.append((club.name, club.newest()))
    return lines


def user_lines():
    for user in selectors.users():
        groups = ", ".join(group.name for group in user.groups.all())
        yield user.username, groups, [club.name for club in user.clubs.all()]
