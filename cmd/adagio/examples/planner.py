"""How a planner asks Adagio which of its candidate plans is the best: the last five lines.

    python3 cmd/adagio/examples/planner.py MODEL CANDIDATES

MODEL is a .ballet file; CANDIDATES has a JSON document on each line (adagio rank --help).
The command adagio must be on the PATH.
"""
import json
import subprocess
import sys

command = ["adagio", "rank", "--model", sys.argv[1], "-", "--replications", "0", "--format", "json"]
answer = json.loads(subprocess.run(command, input=open(sys.argv[2]).read(), capture_output=True, text=True).stdout)
for index in answer["ranking"]:
    plan = answer["plans"][index]
    print(plan["name"], plan["outcome"], plan["makespan"] and plan["makespan"]["upper_s"])
