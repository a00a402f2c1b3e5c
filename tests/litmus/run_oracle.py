#!/usr/bin/env python3
"""Checks every program of oracle/ with heddle and compares with the answers of an independent checker.

    run_oracle.py path/to/heddle [--jobs 2] [--model rc11] [--programs FOLDER --counts FILE]

Each mismatch is printed with the command that shows it again. Exit status 1 when there is any, or when too many runs came to nothing.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LARGEST_SHARE_FOR_NOTHING = 0.10  # of all runs, those that were blocked or wasted


def read_expectations(path):
    with open(path, newline="") as file:
        return {(row["program"], row["model"]): row for row in csv.DictReader(file)}


def check(heddle, folder, model, jobs, traces):
    command = [heddle, "check", str(folder), "--explore", "graphs", "--json", "--model", model, "--jobs", str(jobs), "--trace-dir", traces]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        print(f"exit status {done.returncode}: {' '.join(command)}")
    return {(pathlib.Path(r["file"]).name, r["model"]): r for r in json.loads(done.stdout)["results"]}


def difference(expected, result):
    """Why the result is wrong, or None."""
    if result is None:
        return "no result"
    if expected["verdict"] != "ok":
        return None if result["verdict"] == "assertion" else f"verdict {result['verdict']}, expected assertion"
    if result["verdict"] != "verified":
        return f"verdict {result['verdict']}, expected verified"
    if result["complete"] != int(expected["complete"]):
        return f"{result['complete']} complete executions, expected {expected['complete']}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("heddle")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--model", action="append", choices=["sc", "tso", "rc11"])
    parser.add_argument("--programs", type=pathlib.Path, default=HERE / "oracle/programs")
    parser.add_argument("--counts", type=pathlib.Path, default=HERE / "oracle/counts.csv")
    arguments = parser.parse_args()

    models = arguments.model or ["sc", "tso", "rc11"]
    expectations = {key: row for key, row in read_expectations(arguments.counts).items() if key[1] in models}
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as traces:
        results = check(arguments.heddle, arguments.programs, ",".join(models), arguments.jobs, traces)
    seconds = time.monotonic() - started

    wrong = 0
    totals = {"complete": 0, "blocked": 0, "wasted": 0}
    for (program, model), expected in expectations.items():
        result = results.get((program, model))
        reason = difference(expected, result)
        if reason:
            wrong += 1
            print(f"{program} {model}: {reason}\n    {arguments.heddle} check {arguments.programs / program} --model {model}")
        for name in totals if result else ():
            totals[name] += result[name]

    all_runs = sum(totals.values())
    share = (totals["blocked"] + totals["wasted"]) / all_runs if all_runs else 0
    print(f"{len(expectations)} answers compared, {wrong} wrong; {totals['complete']} complete, {totals['blocked']} blocked, "
          f"{totals['wasted']} wasted executions ({share:.1%} for nothing); {seconds:.1f} s")
    if share >= LARGEST_SHARE_FOR_NOTHING:
        print(f"too many runs came to nothing: {LARGEST_SHARE_FOR_NOTHING:.0%} is the limit")
    return 1 if wrong or share >= LARGEST_SHARE_FOR_NOTHING else 0


if __name__ == "__main__":
    sys.exit(main())
