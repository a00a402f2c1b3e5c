#!/usr/bin/env python3
"""Small programs, each with the answer that a race detector has to give, once each on real threads.

    run.py HEDDLE [--jobs N] [--only GLOB] [--compiler gcc|clang] [--oracle] [--times N] [--noise RUNS]

The first line of a program says what is expected: `race`, `clean`, `deadlock`, `memory` or `misuse`; `race 7`: so many different
ones. --oracle also runs each one
built with -fsanitize=thread by the compiler and says where that answers otherwise (its own report kinds; no failure).
With --noise only what is expected to be clean is run, so often and under noise, and has to stay clean.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
COMPILERS = {"gcc": {".c": "gcc", ".cpp": "g++"}, "clang": {".c": "clang", ".cpp": "clang++"}}
VERDICTS = {"race": "data-race", "deadlock": "deadlock", "misuse": "misuse"}
# What clang has to show in ctest: it calls other functions than gcc does.
WITH_CLANG = ["*atomic*", "*sixteen*", "*unaligned*", "mem*", "virtual*", "static_local*", "global_counter*", "bit_fields*",
              "user_spin*", "sync_builtins*", "function_without*", "fibers*", "use_after*", "deep*", "long_jumps*"]


# A fork in the middle of a granule's lock costs the child thousands of yields each time it is met: on a busy machine, minutes.
NOT_UNDER_NOISE = {"children_of_many"}


def expected_of(program):
    return program.read_text().splitlines()[0].removeprefix("// expect: ").strip()


def heddle_answer(heddle, program, compiler, noise):
    command = [heddle, "run", str(program), "--json", "--hang-after", "20s", "--time-limit", "60s", "--compiler", compiler]
    if noise:
        command += ["--noise", "--times", str(noise)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    try:
        result = json.loads(done.stdout)["results"][0]
    except (ValueError, IndexError, KeyError):
        return {"crash of heddle"}, 0, f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    verdicts = {finding["verdict"] for finding in result["findings"]}
    ending = set(result["endings"])
    told = "\n".join(finding.get("message", "") for finding in result["findings"])
    details = f"{' '.join(command)}\n  exit status {done.returncode}, {result['verdict']}, the program ended with {sorted(ending)} {result['limits']}\n  {told}\n{done.stderr[-1000:]}"
    races = sum(finding["verdict"] == "data-race" for finding in result["findings"])
    names = {kind for kind, verdict in VERDICTS.items() if verdict in verdicts} | (verdicts - set(VERDICTS.values()))
    if ending:
        names.add("bad ending")
    if done.returncode != (1 if verdicts else 0):
        names.add(f"exit status {done.returncode}")
    return names or {"clean"}, races, details


def oracle_answer(program, compiler, folder):
    binary = folder / f"{program.name}.{compiler}"
    built = subprocess.run([compiler, "-fsanitize=thread", "-g", "-O1", "-w", "-pthread", *(["-std=c++20"] if program.suffix == ".cpp" else []),
                            str(program), "-o", str(binary), "-latomic"], capture_output=True, text=True)
    if built.returncode:
        return "does not build: " + built.stderr[:200]
    try:
        done = subprocess.run([str(binary)], capture_output=True, text=True, errors="replace", timeout=60)
    except subprocess.TimeoutExpired:
        return "hangs"
    finally:
        binary.unlink(missing_ok=True)
    for text, name in (("data race", "race"), ("use-after-free", "race"), ("lock-order-inversion", "deadlock"), ("mutex", "misuse")):
        if "WARNING: ThreadSanitizer: " in done.stderr and text in done.stderr.split("WARNING: ThreadSanitizer: ")[1].split("\n")[0]:
            return name
    if "WARNING: ThreadSanitizer" in done.stderr:
        return done.stderr.split("WARNING: ThreadSanitizer: ")[1].split("\n")[0]
    return "clean" if done.returncode == 0 else f"exit status {done.returncode}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("heddle")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="*")
    parser.add_argument("--compiler", choices=sorted(COMPILERS))
    parser.add_argument("--oracle", action="store_true")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--noise", type=int, default=0)
    arguments = parser.parse_args()
    work = []
    for program in sorted([*HERE.glob("*.c"), *HERE.glob("*.cpp")]):
        if not fnmatch.fnmatch(program.stem, arguments.only):
            continue
        if arguments.noise and (expected_of(program) != "clean" or program.stem in NOT_UNDER_NOISE):
            continue
        with_clang = any(fnmatch.fnmatch(program.stem, glob) for glob in WITH_CLANG)
        for name, compilers in COMPILERS.items():
            if name == (arguments.compiler or name) and (arguments.compiler or name == "gcc" or with_clang):
                work.append((program, compilers[program.suffix]))
    work *= arguments.times
    problems = []
    with tempfile.TemporaryDirectory(prefix="heddle-races-") as folder, \
            concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        def one(item):
            program, compiler = item
            expected, _, count = expected_of(program).partition(" ")
            if expected not in ("clean", "memory", *VERDICTS):
                return f"{program.name}: its first line does not say what is expected"
            names, races, details = heddle_answer(arguments.heddle, program, compiler, arguments.noise)
            if arguments.oracle:
                other = oracle_answer(program, compiler, pathlib.Path(folder))
                if other != expected:
                    print(f"the compiler's own detector: {program.name} with {compiler}: {other}, expected {expected}", flush=True)
            if names != {expected}:
                return f"{program.name}: expected {expected}, got {', '.join(sorted(names))}\n  {details}"
            if count and races != int(count):
                return f"{program.name}: expected {count} races, got {races}\n  {details}"
            return None
        problems = [answer for answer in pool.map(one, work) if answer]
    print("\n".join(problems + [f"{len(work)} runs, {len(problems)} problems"]))
    return 1 if problems or not work else 0


if __name__ == "__main__":
    sys.exit(main())
