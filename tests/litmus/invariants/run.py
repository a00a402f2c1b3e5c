#!/usr/bin/env python3
"""Random programs with random invariants: heddle and an explorer of every state of every interleaving must agree.

All accesses are seq_cst or guarded by a mutex, so the states are the same under every memory model.

    run.py --heddle build/heddle --programs 200 --seed 1 [--solver]

The i-th program comes from seed + i, so a failure is repeated with --seed (its seed) --programs 1. With --solver Z3 decides
every projection that the executed order does not, however small it is.
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from emit import emit
from explore import explore
from program import random_program

ROOT = Path(__file__).resolve().parents[3]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heddle", default=str(ROOT / "build" / "heddle"))
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--invariants", type=int, default=6, help="for each program")
    parser.add_argument("--seed", type=int, help="of the first program (default: a random one, printed)")
    parser.add_argument("--models", default="sc,tso,rc11")
    parser.add_argument("--solver", action="store_true")
    parser.add_argument("--keep", metavar="FOLDER", help="write the programs there and leave them")
    arguments = parser.parse_args()
    first = arguments.seed if arguments.seed is not None else random.randrange(10**6)
    print(f"seeds {first} to {first + arguments.programs - 1}")
    folder = Path(arguments.keep or tempfile.mkdtemp(prefix="heddle_invariants_"))
    folder.mkdir(parents=True, exist_ok=True)

    totals = {"invariant": 0, "verified": 0, "solver_calls": 0, "skipped": 0}
    failures = 0
    for begin in range(first, first + arguments.programs, 50):
        programs, truths = {}, {}
        for seed in range(begin, min(begin + 50, first + arguments.programs)):
            program = random_program(seed, arguments.invariants)
            truth = explore(program)
            # A livelock may be reported before the invariant; where nothing completes nothing is said but that.
            if truth.stuck or not truth.completes:
                totals["skipped"] += 1
                continue
            programs[seed], truths[seed] = program, truth
        if not programs:
            continue
        file = folder / f"programs_{begin}.cpp"
        file.write_text(emit(programs))
        command = [arguments.heddle, "check", "--json", "--model", arguments.models, "--trace-dir", str(folder / "traces"), str(file)]
        command += ["--always-solve"] if arguments.solver else []
        done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
        try:
            results = json.loads(done.stdout)["results"]
        except ValueError:
            print(f"no result from: {' '.join(command)}\n{done.stdout}{done.stderr}")
            return 1
        expected_results = sum(len(p.invariants) for p in programs.values()) * len(arguments.models.split(","))
        if len(results) != expected_results:
            print(f"{len(results)} results where {expected_results} were asked for: {' '.join(command)}\n{done.stderr}")
            failures += 1
        for result in results:
            seed, which = map(int, result["pattern"][1:].split("_"))
            expected = "invariant" if truths[seed].violated[which] else "verified"
            totals[expected] += 1
            totals["solver_calls"] += result["invariants"]["solver_calls"]
            if result["verdict"] != expected:
                failures += 1
                print(f"FAIL seed {seed}, invariant {which} under {result['model']}: {result['verdict']}, expected {expected} "
                      f"({truths[seed].states} states); the program is in {file}, pattern {result['pattern']}; again: "
                      f"{sys.argv[0]} --heddle {arguments.heddle} --seed {seed} --programs 1 --keep again"
                      f"{' --solver' if arguments.solver else ''}")
    print(f"{totals['verified']} verified and {totals['invariant']} violated as expected of {arguments.programs} programs "
          f"({totals['skipped']} skipped), {totals['solver_calls']} calls of the solver, {failures} failures")
    if arguments.solver and not totals["solver_calls"]:
        print("the solver was never asked")
        failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
