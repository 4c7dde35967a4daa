import time

import psycopg2  # not needed to read the type, nor installed where it is read
from ballet.assembly.concertod.component import Component
from ballet.assembly.concertod.dependency import DepType

from .names import OFF, ON, READY


class MyStore(Component):
    """Keeps the data: two installations side by side, then a start."""

    def __init__(self, **durations):
        Component.__init__(self)
        self.durations = durations

    def create(self):
        self.places = [OFF, READY, ON]
        self.groups = {"up": [READY, ON]}
        self.transitions = {
            "install": (OFF, READY, "deploy", 0, self.install),
            "fetch": (OFF, READY, "deploy", 0, self.install),
            "start": (READY, ON, "deploy", 0, self.start),
            "stop": (ON, OFF, "stop", 0, self.stop),
        }
        self.dependencies = {"data": (DepType.PROVIDE, [ON])}
        self.initial_place = OFF
        self.running_place = ON

    def install(self):
        time.sleep(self.durations["install"])

    def start(self):
        psycopg2.connect("store")

    def stop(self):
        pass
