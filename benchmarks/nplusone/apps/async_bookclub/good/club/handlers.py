from .repository import ClubRepository


async def sizes(repository: ClubRepository) -> dict[str, int]:
    clubs = await repository.list()
    return {club.name: len(club.members) for club in clubs}


async def first_members(repository: ClubRepository) -> list[str]:
    names = []
    for club in await repository.list():
        names.append(min(member.name for member in club.members))
    return names
