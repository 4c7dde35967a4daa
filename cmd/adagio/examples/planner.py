"""How a planner asks Adagio which of its candidate plans is the best.

    python3 cmd/adagio/examples/planner.py MODEL CANDIDATES

MODEL is a .ballet file; CANDIDATES has a JSON document on each line (adagio rank --help).
The command adagio must be on the PATH.
"""
import json
import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "python"))
import adagio


def main(model: str, path: str) -> int:
    try:
        with open(path, encoding="utf-8") as lines:
            candidates = [json.loads(line) for line in lines if line.strip()]
        answer = adagio.rank(model, candidates)
    except (OSError, ValueError, adagio.AdagioError) as error:
        print(f"no answer: {error}", file=sys.stderr)
        return 2
    errors = 0
    for index in answer["ranking"]:
        plan = answer["plans"][index]
        if plan["outcome"] == "error":  # the planner's own mistake: no such node, for example
            errors += 1
            print(f'{plan["name"]}: {plan["reason_code"]}: {plan["reason"]}', file=sys.stderr)
        elif plan["makespan"] is None:
            print(plan["name"], plan["outcome"], plan.get("reason", ""), flush=True)
        else:
            print(plan["name"], plan["outcome"], plan["makespan"]["upper_s"], flush=True)
    return 2 if errors else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
