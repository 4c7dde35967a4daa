"""What examples/execo_shards.py uses of execo_engine, for a test where that is not installed."""

import itertools


def sweep(parameters):
    return [dict(zip(parameters, values)) for values in itertools.product(*parameters.values())]


class ParamSweeper:
    def __init__(self, persistence_dir, sweeps):
        self.remaining, self.inprogress = list(sweeps), []

    def get_next(self):
        if not self.remaining:
            return None
        self.inprogress.append(self.remaining.pop(0))
        return self.inprogress[-1]

    def done(self, combination):
        self.inprogress.remove(combination)

    def cancel(self, combination):
        self.inprogress.remove(combination)
        self.remaining.append(combination)

    def get_inprogress(self):
        return self.inprogress
