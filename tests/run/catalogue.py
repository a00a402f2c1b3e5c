#!/usr/bin/env python3
"""The catalogue on real threads: each broken twin is found by `heddle run --noise` or by what `heddle predict` makes of a
recording of it, within 300 rounds: a round is four runs without a recording, in which loads may see older stores, and one with. Each
correct pattern raises no alarm in any of 5 rounds, and every event of its recordings has a place in the history.

    catalogue.py HEDDLE PATTERNS [ROUNDS OF THE CORRECT ONES [RUNS IN A ROUND, 4]]
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HEDDLE, PATTERNS = sys.argv[1], pathlib.Path(sys.argv[2])
CORRECT = int(sys.argv[3]) if len(sys.argv) > 3 else 5
RUNS = int(sys.argv[4]) if len(sys.argv) > 4 else 4
WITHIN = 300  # real threads on a busy machine: a bound that luck does not reach
# The first recording has what is needed, whichever it is.
IN_THE_FIRST_ROUND = {"bank_wrong_for_one_amount"}
problems = []
folder = tempfile.TemporaryDirectory(prefix="heddle-catalogue-")
recording = pathlib.Path(folder.name) / "recording"


def run(path, name, seed, *options):
    words = [HEDDLE, "run", path, "--pattern", name, "--noise", "--seed", seed, "--hang-after", "2s", "--time-limit", "20s", "--json", *options]
    ran = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=120)
    return json.loads(ran.stdout)["results"][0]


def verdicts_of(result):
    """Of all its runs; also how they ended if not as they should, and what may have been missed."""
    found = {result["verdict"], *(finding["verdict"] for finding in result["findings"])} - {"nothing-found"}
    return sorted(found | set(result["endings"]) | set(result["limits"]))


def once(path, name, seed):
    """Which verdicts the runs had, the kinds predicted, the expected verdict, how many events the prediction left out."""
    result = run(path, name, seed * 1000, "--times", RUNS, *(["--until-found"] if path.name.startswith("BROKEN_") else []))
    verdicts = verdicts_of(result)
    if result["expected"] in verdicts and path.name.startswith("BROKEN_"):
        return verdicts, [], result["expected"], 0
    result = run(path, name, seed, "--record", recording)
    verdicts += verdicts_of(result)
    predicted = subprocess.run([HEDDLE, "predict", str(recording), "--json", "--trace-dir", folder.name + "/traces"],
                               capture_output=True, text=True, timeout=300)
    said = json.loads(predicted.stdout)
    kinds = [f["kind"] if f["confirmed"] else "unconfirmed " + f["kind"] for f in said["findings"]]
    return verdicts, kinds, result["expected"], said["not_looked_at"]["events_left_out"]


found_in, count = {}, 0
for path in sorted(PATTERNS.glob("*/*.cpp")):
    for name in re.findall(r"HEDDLE_PATTERN\w*\(\s*(\w+)", path.read_text()):
        broken = path.name.startswith("BROKEN_")
        count += 1
        for seed in range(1, (WITHIN if broken else CORRECT) + 1):
            try:
                verdicts, kinds, expected, left_out = once(path, name, seed)
            except (ValueError, KeyError, IndexError, subprocess.TimeoutExpired) as problem:
                problems.append(f"{name} --seed {seed}: {problem!r}")
                break
            if broken and expected in verdicts + kinds:
                found_in[name] = seed
                break
            if not broken and (verdicts or kinds):
                problems.append(f"{name} --seed {seed}: an alarm: {verdicts} {kinds}")
            if not broken and left_out:
                problems.append(f"{name} --seed {seed}: {left_out} events without a place")
        if name in IN_THE_FIRST_ROUND and found_in.get(name) != 1:
            problems.append(f"{name} was not found in the first round")
        if broken and name not in found_in:
            problems.append(f"{name} was not found in {WITHIN} rounds")

first = sum(runs == 1 for runs in found_in.values())
slow = {name: runs for name, runs in found_in.items() if runs > 1}
print("\n".join(problems + [f"{count} patterns; {len(found_in)} broken ones found, {first} of them in the first round, the others in {slow}; "
                            f"{len(problems)} problems"]))
sys.exit(1 if problems else 0)
