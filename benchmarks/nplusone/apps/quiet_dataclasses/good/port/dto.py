from dataclasses import dataclass, field


@dataclass
class HarbourView:
    name: str


@dataclass
class ShipView:
    name: str
    harbour: HarbourView
    crew: list[str] = field(default_factory=list)
