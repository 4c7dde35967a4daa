#!/usr/bin/env python3
"""One result of adagio, computed shard by shard with execo's ParamSweeper.

    execo_shards.py SHARDS FOLDER COMMAND...
    execo_shards.py 8 parts simulate testdata/cps.ballet -n 100000

The sweeper keeps in FOLDER which shards are done, so that any number of these processes, on
any nodes that share FOLDER, work at once; one that is killed leaves its shard to be done
again (its combination is then to be cancelled, as this program does on an error). The
process that finds nothing left to do merges the parts.
"""

import os
import sys

from execo import Process
from execo_engine import ParamSweeper, sweep


def main(shards, folder, command):
    os.makedirs(folder, exist_ok=True)
    part = os.path.join(folder, "part-{}.jsonl").format
    sweeper = ParamSweeper(os.path.join(folder, "sweeper"), sweep({"shard": range(1, shards + 1)}))
    combination = sweeper.get_next()
    while combination:
        shard = combination["shard"]
        run = Process(["adagio", *command, "--shard", f"{shard}/{shards}", "--part", part(shard)]).run()
        if run.ok:
            sweeper.done(combination)
        else:
            sweeper.cancel(combination)
            sys.exit(run.stderr)
        combination = sweeper.get_next()
    if sweeper.get_inprogress():
        return  # whoever ends last merges
    run = Process(["adagio", "merge", *(part(i) for i in range(1, shards + 1))], nolog_exit_code=True).run()
    sys.stdout.write(run.stdout)
    sys.stderr.write(run.stderr)
    sys.exit(run.exit_code)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
