from collections.abc import Sequence

from rota.format import line
from rota.models import Worker


class Rota:
    def __init__(self, workers: Sequence[Worker], week: int) -> None:
        self.workers = workers
        self.week = week

    def render(self) -> str:
        lines = [f"Week {self.week}"]
        for worker in self.workers:
            lines.append(line(worker))  # n+1: parameter-one-caller
        return "\n".join(lines)
