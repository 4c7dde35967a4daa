from ballet.assembly.concertod.component import Component
from ballet.assembly.concertod.dependency import DepType

from .names import OFF, ON


class Shop(Component):
    """Sells what the store has, and looks it up while it starts."""

    def create(self):
        self.places = [OFF, ON]
        self.transitions = {
            "start": (OFF, ON, "deploy", 0, lambda: None),
            "stop": (ON, OFF, "stop", 0, lambda: None),
        }
        self.dependencies = {"store": (DepType.USE, [ON])}
        self.initial_place, self.running_place = OFF, ON
