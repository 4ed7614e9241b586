from .repository import ClubRepository


async def sizes(repository: ClubRepository) -> dict[str, int]:
    clubs = await repository.list()
    return {club.name: len(await club.awaitable_attrs.members) for club in clubs}  # n+1: async-session


async def first_members(repository: ClubRepository) -> list[str]:
    names = []
    for club in await repository.list():
        await repository.session.refresh(club, ["members"])  # n+1: async-session
        names.append(min(member.name for member in club.members))
    return names
