from rota.models import Worker


def line(worker: Worker) -> str:
    return f"{worker.name} ({worker.team.name})"
