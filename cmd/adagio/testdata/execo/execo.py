"""What examples/execo_shards.py uses of execo, for a test where that is not installed."""

import subprocess


class Process:
    def __init__(self, cmd, nolog_exit_code=False):
        self.cmd = cmd

    def run(self):
        done = subprocess.run(self.cmd, capture_output=True, text=True)
        self.stdout, self.stderr, self.exit_code = done.stdout, done.stderr, done.returncode
        self.ok = self.exit_code == 0
        return self
