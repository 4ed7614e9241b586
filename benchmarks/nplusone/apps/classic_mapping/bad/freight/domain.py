from dataclasses import dataclass, field


@dataclass(eq=False)
class Ship:
    name: str
    tonnes: int


@dataclass(eq=False)
class Container:
    number: str
    ship: Ship | None = None
    seals: list[str] = field(default_factory=list)
