#!/usr/bin/env python3
"""What real threads show under noise is what the memory model allows: random programs over atomics are run many times, and each
outcome must be among those that `heddle check` finds under RC11. And the classical weak outcomes do show.

    run.py HEDDLE [--seed 1] [--programs 40] [--runs 12] [--rounds 40] [--jobs 2] [--keep FOLDER]

The i-th program comes from seed + i: a failure is repeated with --seed (its seed) --programs 1. The runs' own noise is that of the seeds 1 to --runs.
"""
import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

from programs import CLASSICAL, emit, random_program

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("heddle")
arguments.add_argument("--seed", type=int, default=1)
arguments.add_argument("--programs", type=int, default=40)
arguments.add_argument("--runs", type=int, default=12)
arguments.add_argument("--rounds", type=int, default=40)
arguments.add_argument("--jobs", type=int, default=2)
arguments.add_argument("--keep")
arguments = arguments.parse_args()
temporary = tempfile.TemporaryDirectory(prefix="heddle-older-stores-")
folder = pathlib.Path(arguments.keep or temporary.name)
folder.mkdir(parents=True, exist_ok=True)
problems = []


def outcomes(file):
    """name -> list of outcomes, as often as they were said"""
    said = {}
    for line in file.read_text().splitlines():
        name, *values = line.split()
        said.setdefault(name, []).append(tuple(map(int, values)))
    return said


def heddle(*words):
    done = subprocess.run([arguments.heddle, *map(str, words)], capture_output=True, text=True, timeout=600)
    try:
        return json.loads(done.stdout)["results"], " ".join(map(str, (arguments.heddle, *words)))
    except (ValueError, KeyError):
        sys.exit(f"no results from: {arguments.heddle} {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")


def explored(source):
    file = folder / "explored.txt"
    file.write_text("")
    results, command = heddle("check", source, "--json", "--model", "rc11", "--jobs", 1, "--", "-DROUNDS=1", f'-DOUTCOMES="{file}"')
    said = outcomes(file)
    for result in results:
        name = result["pattern"].removesuffix("_pattern")
        if result["verdict"] != "verified" or not 0 < len(said.get(name, [])) <= result["complete"]:
            problems.append(f"{name}: {result['verdict']}, {result['complete']} executions, {len(said.get(name, []))} outcomes said\n    again: {command}")
    return {name: set(all_of) for name, all_of in said.items()}


def on_threads(source, seed):
    file = folder / f"threads-{seed}.txt"
    file.write_text("")
    words = ["run", source, "--json", "--noise", "--seed", seed, "--times", 1, "--", f"-DROUNDS={arguments.rounds}"]
    # the same program for all seeds: its file of outcomes is found by a name in the working folder
    work = folder / f"work-{seed}"
    work.mkdir(exist_ok=True)
    (work / "outcomes").write_text("")
    done = subprocess.run([arguments.heddle, *map(str, words), '-DOUTCOMES="outcomes"'], capture_output=True, text=True, timeout=600, cwd=work)
    command = f"cd {work} && {arguments.heddle} {' '.join(map(str, words))} '-DOUTCOMES=\"outcomes\"'"
    try:
        bad = [r for r in json.loads(done.stdout)["results"] if r["verdict"] != "nothing-found" or r["limits"]]
    except (ValueError, KeyError):
        sys.exit(f"no results from: {command}\n{done.stdout}{done.stderr}")
    return seed, command, outcomes(work / "outcomes"), bad


programs = {f"seed{seed}": random_program(seed) for seed in range(arguments.seed, arguments.seed + arguments.programs)}
for name, threads, _, _ in CLASSICAL:
    programs[name] = threads
source = folder / "programs.cpp"
source.write_text(emit(programs))
allowed = explored(source)
seen = {name: set() for name in programs}
with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
    first = on_threads(source, 1)  # compiles
    for seed, command, said, bad in [first, *pool.map(lambda s: on_threads(source, s), range(2, arguments.runs + 1))]:
        for result in bad:
            problems.append(f"--seed {seed}: {result['pattern']}: {result['verdict']} {result['limits']}\n    again: {command}")
        for name, some in said.items():
            for outcome in sorted(set(some) - allowed.get(name, set()) - seen[name]):
                problems.append(f"{name}: {outcome} is forbidden; first seen with --seed {seed}\n    again: {command}")
            seen[name] |= set(some)
for name, threads, weak, wanted in CLASSICAL:
    weak_ones = [o for o in seen[name] if o[:len(weak)] == weak]
    possible = [o for o in allowed[name] if o[:len(weak)] == weak]
    if wanted is not None and bool(possible) != wanted:
        problems.append(f"{name}: the explored backend says that {weak} is {'possible' if possible else 'impossible'}")
    if wanted and not weak_ones:
        problems.append(f"{name}: {weak} was not seen in {arguments.runs} runs of {arguments.rounds} rounds")
if folder != pathlib.Path(temporary.name):
    print(f"the programs are in {source}")
possible, found = sum(map(len, allowed.values())), sum(map(len, seen.values()))
print("\n".join(problems + [f"{len(programs)} programs, {found} of {possible} outcomes seen; {len(problems)} problems"]))
sys.exit(1 if problems else 0)
