#!/usr/bin/env python3
"""Waiting written in different ways must give the same executions.

  * spin/assume: random programs whose waits are loops, `do r = load(x); while (r != v);`, and the same programs with one try and
    an assumption, `r = load(x); assume(r == v);`. Failing rounds of a pure spin are no part of an execution, so `complete` is equal,
    under every model. Loops over one variable, two, through a function, exchanges, compare_exchanges, test-and-test-and-set.
  * locks: the same program with a pthread mutex, a test-and-set lock, a compare_exchange lock, a ticket lock: all have one execution for
    each order of the sections (and what else the program does).
  * when all accesses are seq_cst, `complete` under sc is also what an explorer of all interleavings counts, rc11 gives the same, and a
    livelock is found exactly when that explorer gets stuck.

    run.py --heddle build/heddle --programs 40 --seed 1 --compiler clang --optimise -O2
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from emit_c import HEADER, LOCKS, emit
from explore import TooMany, explore
from program import random_program

MODELS = ("sc", "tso", "rc11")
COMPOUND = ("await_both", "await_ttas")


def check(arguments, file, models):
    command = [arguments.heddle, "check", "--json", "--keep-going", "--jobs", "1", "--time-limit", "60s", "--model", ",".join(models),
               "--trace-dir", str(file.parent), str(file), "--", arguments.optimise]
    if arguments.compiler:
        command[2:2] = ["--compiler", arguments.compiler]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        results = json.loads(done.stdout)["results"]
    except (ValueError, KeyError):
        sys.exit(f"no result from: {' '.join(command)}\n{done.stdout}{done.stderr}")
    return {(r["pattern"], r["model"]): r for r in results}, " ".join(command)


def kinds_of(seed):
    """mixed orders, locks"""
    return ((False, False), (True, False), (False, True), (True, True))[seed % 4]


def problems_of(seed, program, results):
    """Sentences."""
    mixed, locks = kinds_of(seed)
    forms = tuple(LOCKS) if locks else ("spin", "assume")

    def result(form, model):
        return results[f"p{seed}_{form}", model]

    for model in MODELS:
        counts = {form: result(form, model)["complete"] for form in forms}
        bad = [form for form in forms if result(form, model)["verdict"] in ("unsupported", "nondeterminism", "crash", "inconclusive",
                                                                          "data race") and counts[form]]
        if bad:
            yield f"{model}: " + ", ".join(f"{form}: {result(form, model)['verdict']} {result(form, model).get('reason', '')}" for form in bad)
        if len(set(counts.values())) > 1:
            yield f"{model}: complete differs: {counts}"
    if mixed:
        return
    try:
        truth = explore(program)
    except TooMany:
        return
    for model in ("sc", "rc11") if not locks else ("sc",):
        if result(forms[0], model)["complete"] != truth.complete:
            yield f"{model}: {result(forms[0], model)['complete']} complete, every interleaving gives {truth.complete}"
    if not locks and not any(op.kind in COMPOUND for thread in program for op in thread):
        for model in ("sc", "rc11"):
            found = result("spin", model)["verdict"] == "livelock"
            if found != bool(truth.stuck):
                yield f"{model}: verdict {result('spin', model)['verdict']}, but {truth.stuck} interleavings get stuck"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heddle", default=str(Path(__file__).resolve().parents[3] / "build" / "heddle"))
    parser.add_argument("--programs", type=int, default=40)
    parser.add_argument("--seed", type=int, help="of the first program (default: a random one, printed)")
    parser.add_argument("--compiler", default="", help="gcc, clang (default: heddle's)")
    parser.add_argument("--optimise", default="-O1")
    parser.add_argument("--keep", metavar="FOLDER", help="write the programs there and leave them")
    arguments = parser.parse_args()
    if not os.access(arguments.heddle, os.X_OK):
        parser.error(f"{arguments.heddle} is not an executable: build heddle first or name it with --heddle")
    first = arguments.seed if arguments.seed is not None else random.randrange(10**6)
    seeds = range(first, first + arguments.programs)
    print(f"seeds {first} to {seeds[-1]}, {arguments.compiler or 'default compiler'} {arguments.optimise}")

    wrong = executions = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for begin in range(first, first + arguments.programs, 20):
            programs = {seed: random_program(seed, *kinds_of(seed)) for seed in seeds if begin <= seed < begin + 20}
            file = folder / f"awaits_{begin}.c"
            file.write_text(HEADER + "\n".join(
                emit(program, form, f"p{seed}_{form}") for seed, program in programs.items()
                for form in (LOCKS if kinds_of(seed)[1] else ("spin", "assume"))))
            results, command = check(arguments, file, MODELS)
            executions += sum(r["complete"] for r in results.values())
            for seed, program in programs.items():
                problems = list(problems_of(seed, program, results))
                if problems:
                    wrong += 1
                    print(f"FAIL seed {seed}:", *problems, sep="\n  ")
                    print(f"  program: {sys.argv[0]} --seed {seed} --programs 1 --keep FOLDER --optimise={arguments.optimise}"
                          + (f" --compiler {arguments.compiler}" if arguments.compiler else "") + f"\n  was: {command}")
    print(f"{arguments.programs - wrong} of {arguments.programs} programs agree, {executions} executions")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
