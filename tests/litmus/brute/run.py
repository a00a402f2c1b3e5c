#!/usr/bin/env python3
"""Random small programs: heddle and an explorer that tries every interleaving must agree.

For each program, under sequential consistency:
  * `complete` is the number of execution graphs the slow explorer finds, and the same whichever thread is started first;
    under RC11 it is the same again, since every access is seq_cst or guarded by the mutex;
  * asserting that an outcome (all registers and variables at the end) does not happen fails for outcomes that the slow
    explorer reached and is verified for those that it did not. A few of each are tried: every one is a run of heddle.

    run.py --heddle build/heddle --programs 20 --seed 1

The i-th program comes from seed + i, so a failure is repeated with --seed (its seed) --programs 1.
"""
import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from emit_c import emit
from explore import explore
from program import Operation, Program, random_program

ROOT = Path(__file__).resolve().parents[3]


def some_unreachable(outcomes, wanted, choice):
    """Outcomes never reached although each of their values is; the near misses an unsound checker would find."""
    columns = [sorted(set(column)) for column in zip(*outcomes)]
    found = set()
    for _ in range(200):
        candidate = tuple(choice.choice(column) for column in columns)
        if candidate not in outcomes:
            found.add(candidate)
        if len(found) == wanted:
            break
    return sorted(found)


class Failure(Exception):
    pass


def check(heddle, file, models, *definitions):
    """model -> its result."""
    command = [heddle, "check", "--explore", "graphs", "--json", "--model", models, str(file)]
    if definitions:
        command += ["--", *definitions]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    try:
        return {result["model"]: result for result in json.loads(done.stdout)["results"]}
    except (ValueError, KeyError):
        raise Failure(f"no result from: {' '.join(command)}\n{done.stdout}{done.stderr}") from None


def expect(result, verdict, complete, what, command):
    if result["verdict"] != verdict:
        raise Failure(f"{what}: verdict {result['verdict']}, expected {verdict}\n  {command}")
    if complete is not None and result["complete"] != complete:
        raise Failure(f"{what}: complete {result['complete']}, expected {complete}\n  {command}")


def try_program(seed, arguments, folder):
    program = random_program(seed)
    truth = explore(program)
    choice = random.Random(f"outcomes of {seed}")
    reachable = choice.sample(sorted(truth.outcomes), min(arguments.reachable, len(truth.outcomes)))
    unreachable = some_unreachable(truth.outcomes, arguments.unreachable, choice)
    file = Path(folder) / f"program_{seed}.c"
    file.write_text(emit(program, reachable + unreachable, f"seed {seed}: {truth.complete} executions"))

    def again(model, *definitions):
        return " ".join([arguments.heddle, "check", "--model", model, str(file), *(["--"] if definitions else []), *definitions])

    for model, result in check(arguments.heddle, file, "sc,rc11").items():
        expect(result, "verified", truth.complete, f"all executions under {model}", again(model))
    orders = list(itertools.permutations(range(len(program.threads))))[1:]
    for order in choice.sample(orders, min(2, len(orders))):
        definition = "-DORDER=" + ",".join(map(str, order))
        expect(check(arguments.heddle, file, "sc", definition)["sc"], "verified", truth.complete,
               f"threads started in the order {order}", again("sc", definition))
    for k, outcome in enumerate(reachable + unreachable, 1):
        verdict = "assertion" if outcome in truth.outcomes else "verified"
        definition = f"-DOUTCOME={k}"
        expect(check(arguments.heddle, file, "sc", definition)["sc"], verdict,
               None if verdict == "assertion" else truth.complete,
               f"an outcome that is {'' if verdict == 'assertion' else 'not '}reachable", again("sc", definition))
    return truth, len(reachable), len(unreachable)


def self_test():
    """The slow explorer itself, on programs whose executions can be counted by hand."""
    def count(*threads):
        return explore(Program([list(thread) for thread in threads])).complete

    add, load, store = Operation("fetch_add", "x", 1, register="r"), Operation("load", "x", register="r"), Operation("store", "x", 1)
    section = [Operation("lock"), Operation("guarded", "g", 1, register="r"), Operation("unlock")]
    assert count([add], [add], [add]) == 6, "three fetch_adds: 3!"
    assert count([store], [load], [load], [load]) == 8, "one store, three loads: 2^3"
    assert count([store], [store], [store], [load]) == 24, "three stores, one load: 4!"
    assert count(section, section, section) == 6, "three lock sections: 3!"
    rotation = [[Operation("cas", "x", i, i - 1, "r")] for i in range(1, 6)]
    assert count(*rotation) == 43, "casrot(5)"
    buffering = explore(Program([[Operation("store", "x", 1), Operation("load", "y", register="a")],
                                 [Operation("store", "y", 1), Operation("load", "x", register="b")]]))
    assert {outcome[:2] for outcome in buffering.outcomes} == {(0, 1), (1, 0), (1, 1)} and buffering.complete == 3, "store buffering"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heddle", default=str(ROOT / "build" / "heddle"), help="the executable (default: build/heddle)")
    parser.add_argument("--programs", type=int, default=20, help="how many programs (default: 20)")
    parser.add_argument("--seed", type=int, help="of the first program (default: a random one, printed)")
    parser.add_argument("--reachable", type=int, default=4, help="reachable outcomes tried per program (default: 4)")
    parser.add_argument("--unreachable", type=int, default=2, help="unreachable outcomes tried per program (default: 2)")
    parser.add_argument("--keep", metavar="FOLDER", help="write the programs there and leave them")
    parser.add_argument("--self-test", action="store_true", help="only test the slow explorer, without heddle")
    arguments = parser.parse_args()
    self_test()
    if arguments.self_test:
        print("the slow explorer counts as it should")
        return 0
    if not os.access(arguments.heddle, os.X_OK):
        parser.error(f"{arguments.heddle} is not an executable: build heddle first or name it with --heddle")
    first = arguments.seed if arguments.seed is not None else random.randrange(10**6)
    print(f"seeds {first} to {first + arguments.programs - 1}")

    failures = 0
    folder = arguments.keep or tempfile.mkdtemp(prefix="heddle_brute_")
    Path(folder).mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + arguments.programs):
        try:
            truth, reachable, unreachable = try_program(seed, arguments, folder)
            print(f"ok   seed {seed}: {truth.complete} executions, {len(truth.outcomes)} outcomes "
                  f"(tried {reachable} reachable, {unreachable} unreachable)")
            if not arguments.keep:
                (Path(folder) / f"program_{seed}.c").unlink()
        except Failure as failure:
            failures += 1
            print(f"FAIL seed {seed}: {failure}\n  the program is {folder}/program_{seed}.c; again: "
                  f"{sys.argv[0]} --heddle {arguments.heddle} --seed {seed} --programs 1")
    if not failures and not arguments.keep:
        Path(folder).rmdir()
    print(f"{arguments.programs - failures} of {arguments.programs} programs agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
