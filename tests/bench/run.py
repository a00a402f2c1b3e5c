#!/usr/bin/env python3
"""Measures heddle on programs that scale, beside the reference checker's times.

    run.py --heddle build/heddle                     the whole table, a few minutes
    run.py --heddle build/heddle --counts-only       small sizes, counts only: exit status 1 if one is not what its formula says

The reference is GenMC 0.11.0 with symmetry reduction off, measured once on a machine of two shared cores, one used; its seconds
include 0.05 s of start. Ours are the engine's own (`seconds` of the JSON result), the median of three. Rates count complete
and blocked executions on both sides: its formulation of the last two families is not ours, so only the rates compare.
"counted" are counts of a brute-force enumeration (of casrot up to 5; 919,146 is the reference's). No time is ever a failure.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Family(NamedTuple):
    name: str
    size: int
    formula: str
    complete: int
    reference_seconds: float
    reference_executions: int  # complete and blocked


FAMILIES = [
    Family("ainc", 8, "N!", 40320, 2.7, 40320),
    Family("ainc", 9, "N!", 362880, 10.2, 362880),
    Family("lockinc", 8, "N!", 40320, 2.1, 40320),
    Family("ticketlock", 8, "N!", 40320, 3.9, 40320),
    Family("readers", 16, "2^N", 65536, 1.8, 65536),
    Family("storing_readers", 14, "2^N", 16384, 0.74, 16384),
    Family("writers", 8, "(N+1)!", 362880, 1.8, 362880),
    Family("casrot", 12, "counted", 919146, 5.5, 919146),
    Family("treiber", 3, "counted", 83736, 6.3, 46824 + 57108),
    Family("ms_queue", 3, "counted", 21456, 2.4, 18726 + 3318),
]

SMALL = [("ainc", 5, 120), ("lockinc", 5, 120), ("ticketlock", 4, 24), ("readers", 6, 64), ("storing_readers", 5, 32),
         ("writers", 4, 120), ("casrot", 5, 43), ("treiber", 2, 128), ("ms_queue", 2, 128)]


class Run(NamedTuple):
    results: list
    seconds: float  # of the whole process
    peak_kib: int


def check(heddle, file, options=(), compiler_options=(), models="rc11", environment=None):
    """One `heddle check --json`; raises RuntimeError with what it said if there is no result."""
    command = [heddle, "check", "--explore", "graphs", "--json", "--model", models, *options, str(file)]
    if compiler_options:
        command += ["--", *compiler_options]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=errors, env=environment)
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = 0  # it has been waited for
        out.seek(0)
        errors.seek(0)
        text = out.read().decode()
        try:
            results = json.loads(text)["results"]
        except (ValueError, KeyError):
            raise RuntimeError(f"no result from: {' '.join(command)}\n{text}{errors.read().decode()}") from None
    return Run(results, seconds, usage.ru_maxrss)


def counts_only(heddle, models):
    failures = 0
    for name, size, expected in SMALL:
        run = check(heddle, HERE / f"{name}.c", compiler_options=[f"-DN={size}"], models=models)
        for result in run.results:
            ok = result["verdict"] == "verified" and result["complete"] == expected
            failures += not ok
            print(f"{'ok  ' if ok else 'FAIL'} {name}({size}) {result['model']}: {result['verdict']}, "
                  f"complete {result['complete']}, expected {expected}")
            if not ok:
                print(f"     again: {heddle} check --model {result['model']} {HERE / name}.c -- -DN={size}")
    return 1 if failures else 0


def measure_families(heddle, models, repeats, only):
    print(f"{'family':<16}{'N':>3} {'model':<5}{'complete':>10} {'expected':>16}{'blocked':>9}{'wasted':>8}"
          f"{'seconds':>9}{'per second':>12}{'reference':>10}{'ratio':>8}{'MiB':>6}")
    ratios = []
    for family in FAMILIES:
        if only and family.name not in only:
            continue
        runs = [check(heddle, HERE / f"{family.name}.c", compiler_options=[f"-DN={family.size}"], models=models)
                for _ in range(repeats)]
        for i, result in enumerate(runs[0].results):
            seconds = max(statistics.median(run.results[i]["seconds"] for run in runs), 1e-6)
            executions = result["complete"] + result["blocked"]
            rate = executions / seconds
            ratio = rate / (family.reference_executions / family.reference_seconds)
            ratios.append(ratio)
            expected = f"{family.formula} = {family.complete}"
            wrong = result["verdict"] != "verified" or result["complete"] != family.complete
            print(f"{family.name:<16}{family.size:>3} {result['model']:<5}{result['complete']:>10} {expected:>16}"
                  f"{result['blocked']:>9}{result['wasted']:>8}{seconds:>9.3f}{rate:>12,.0f}{family.reference_seconds:>10.2f}"
                  f"{ratio:>7.1f}x{runs[0].peak_kib / 1024:>6.0f}" + (f"  <-- {result['verdict']}, count differs" if wrong else ""))
    if ratios:
        mean = math.exp(statistics.fmean(map(math.log, ratios)))
        print(f"\nexecutions a second, ours to the reference's: geometric mean {mean:.1f}, least {min(ratios):.1f}")


def measure_start(heddle, repeats):
    """A cold start beside the plain compile of the same file, then the start with everything cached."""
    compiler = os.environ.get("CXX", "g++")
    file = ROOT / "patterns" / "guarded_counter" / "guarded_counter.cpp"
    cold, plain, warm = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for i in range(repeats):
            cache = {**os.environ, "HEDDLE_CACHE": f"{folder}/cache{i}"}
            cold.append(check(heddle, file, environment=cache).seconds)
            warm.append(check(heddle, file, environment=cache).seconds)
            start = time.monotonic()
            subprocess.run([compiler, "-std=c++20", "-g", "-O1", "-fPIC", "-shared", f"-I{ROOT}/checker/include", str(file),
                            "-o", f"{folder}/plain.so", "-pthread"], check=True)
            plain.append(time.monotonic() - start)
    cold, plain, warm = map(statistics.median, (cold, plain, warm))
    print(f"\n{file.relative_to(ROOT)}: cold start {cold:.3f} s, plain compile {plain:.3f} s (ratio {cold / plain:.2f}, "
          f"goal 1.5); warm start {warm * 1000:.0f} ms (goal 60)")


def measure_memory(heddle):
    """Peak memory may not grow with the number of executions."""
    print("\npeak memory of ainc under rc11:")
    for size in (6, 8, 10):
        run = check(heddle, HERE / "ainc.c", compiler_options=[f"-DN={size}"])
        print(f"  N = {size:>2}: {run.results[0]['complete']:>9} executions, {run.peak_kib / 1024:>5.1f} MiB (goal: under 64)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heddle", default=str(ROOT / "build" / "heddle"), help="the executable (default: build/heddle)")
    parser.add_argument("--model", default="rc11,sc", help="memory models, comma-separated (default: rc11,sc)")
    parser.add_argument("--counts-only", action="store_true", help="small sizes; compare counts, measure nothing")
    parser.add_argument("--repeats", type=int, default=3, help="runs to take the median of (default: 3)")
    parser.add_argument("--family", action="append", help="only this family (repeatable); nothing else is measured")
    arguments = parser.parse_args()
    if not os.access(arguments.heddle, os.X_OK):
        parser.error(f"{arguments.heddle} is not an executable: build heddle first or name it with --heddle")
    if arguments.counts_only:
        return counts_only(arguments.heddle, arguments.model)
    measure_families(arguments.heddle, arguments.model, arguments.repeats, arguments.family)
    if not arguments.family:
        measure_start(arguments.heddle, arguments.repeats)
        measure_memory(arguments.heddle)
    return 0


if __name__ == "__main__":
    sys.exit(main())
