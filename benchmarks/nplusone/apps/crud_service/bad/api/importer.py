from api import crud


def import_members(db, text):
    count = 0
    for line in text.splitlines():
        crud.member.create(db, obj_in={"email": line.strip()})  # n+1: commit-per-row
        count += 1
    return count


def emails(db, ids):
    found = []
    for id in ids:
        member = crud.member.get(db, id=id)  # n+1: get-per-row
        found.append(member.email if member else None)
    return found
