from club import selectors


def club_lines():
    lines = []
    for club in selectors.clubs():
        if club.has_members():  # n+1: prefetch-discarded
            lines.append((club.name, club.newest()))  # n+1: prefetch-discarded
    return lines


def user_lines():
    for user in selectors.users():
        groups = ", ".join(group.name for group in user.groups.all())  # n+1: lazy-many-to-many
        yield user.username, groups, [club.name for club in user.clubs.all()]  # n+1: lazy-many-to-many
