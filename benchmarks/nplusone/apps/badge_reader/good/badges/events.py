from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass
class Event:
    badge: int
    door: str

    @classmethod
    def from_json(cls, line: str) -> Event:
        return cls(**json.loads(line))


def read(log: str) -> list[Event]:
    return [Event.from_json(line) for line in log.splitlines()]
