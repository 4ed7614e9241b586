from freight.unit_of_work import UnitOfWork


def manifest(uow: UnitOfWork) -> list[str]:
    with uow:
        return [
            f"{container.number} on {container.ship.name}"  # n+1: lazy-forward
            for container in uow.containers()
        ]
