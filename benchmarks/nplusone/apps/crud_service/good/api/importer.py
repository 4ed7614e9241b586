from api import crud


def import_members(db, text):
    return crud.member.create_many(db, objs_in=[{"email": line.strip()} for line in text.splitlines()])


def emails(db, ids):
    found = []
    members = crud.member.get_many(db, ids)
    for id in ids:
        member = members.get(id)
        found.append(member.email if member else None)
    return found
