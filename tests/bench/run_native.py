#!/usr/bin/env python3
"""What `heddle run` costs: five programs (native/), and an empty one, uninstrumented, under -fsanitize=thread of g++ and clang++, and under
`heddle run`, as a Markdown table. By hand and not a test: the figures depend on the machine and on what else it does.

    run_native.py build/heddle [--runs 5] [--programs matrix,counter]

All are compiled with -O1 -g, as heddle does. CPU: seconds of the processor, user and system, of all processes; elapsed: on
the wall; memory: the largest resident size of the program's own process. For heddle, CPU and elapsed are those of the
whole command, with its start, loading and debug information, without compiling (which it keeps); memory is that of
the run's process. Medians; the variants take turns, so that a machine that is busy for a while is busy for all.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

PROGRAMS = pathlib.Path(__file__).resolve().parent / "native"
NAMES = ["empty", "matrix", "hashmap", "pipeline", "sorting", "counter"]
FLAGS = ["-std=c++20", "-O1", "-g", "-pthread"]
COMPILED = {"plain": ["g++"], "g++": ["g++", "-fsanitize=thread"], "clang++": ["clang++", "-fsanitize=thread"]}
VARIANTS = [*COMPILED, "heddle"]


# What Linux calls a process's largest size includes that of whoever started it, up to the exec; so this small one does.
LAUNCHER = r"""
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(int count, char **words) {
    struct timespec began, ended;
    struct rusage usage;
    int status = 1;
    (void)count;
    clock_gettime(CLOCK_MONOTONIC, &began);
    const pid_t process = fork();
    if (process == 0) execv(words[1], words + 1), _exit(127);
    wait4(process, &status, 0, &usage);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    fprintf(stderr, "\n%.6f %.6f %ld\n",
            usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
            ended.tv_sec - began.tv_sec + (ended.tv_nsec - began.tv_nsec) / 1e9, usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
"""


def run(launcher, *words):
    """CPU seconds, elapsed seconds, KiB and the output of a command and the processes that it has waited for."""
    done = subprocess.run([str(w) for w in (launcher, *words)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"run_native.py: {' '.join(str(w) for w in words)}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    cpu, elapsed, memory = done.stderr.strip().split("\n")[-1].split()
    return float(cpu), float(elapsed), int(memory), done.stdout


def measure(heddle, name, variant, folder):
    if variant != "heddle":
        return run(folder / "launcher", folder / f"{name}.{variant}")[:3]
    cpu, elapsed, _, text = run(folder / "launcher", heddle, "run", PROGRAMS / f"{name}.cpp", "--json")
    result = json.loads(text)["results"][0]
    if result["verdict"] != "nothing-found" or result["limits"]:
        sys.exit(f"run_native.py: {name}: {text}")
    return cpu, elapsed, result["memory_kib"]


def row(cells):
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("heddle")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--programs", default=",".join(NAMES))
    options = parser.parse_args()
    heddle = pathlib.Path(options.heddle).resolve()
    names = options.programs.split(",")
    print(row(["program", "", *VARIANTS, "g++ / plain", "heddle / plain", "heddle / g++", "heddle / clang++"]))
    print(row(["---"] * 2 + ["---:"] * 8))
    with tempfile.TemporaryDirectory(prefix="heddle-bench-") as folder:
        folder = pathlib.Path(folder)
        subprocess.run(["gcc", "-O1", "-x", "c", "-", "-o", folder / "launcher"], input=LAUNCHER, text=True, check=True)
        for name in names:
            for variant, compiler in COMPILED.items():
                subprocess.run([*compiler, *FLAGS, PROGRAMS / f"{name}.cpp", "-o", folder / f"{name}.{variant}"], check=True)
            measured = {variant: [] for variant in VARIANTS}
            for variant in VARIANTS:
                measure(heddle, name, variant, folder)  # files in memory, heddle's library compiled
            for _ in range(options.runs):
                for variant in VARIANTS:
                    measured[variant].append(measure(heddle, name, variant, folder))
            medians = {v: [statistics.median(m[i] for m in measured[v]) for i in range(3)] for v in VARIANTS}
            for i, (title, scale, digits) in enumerate([("CPU, s", 1, 2), ("elapsed, s", 1, 2), ("memory, MiB", 1024, 0)]):
                of = {v: medians[v][i] / scale for v in VARIANTS}
                ratios = [of["g++"] / of["plain"], of["heddle"] / of["plain"], of["heddle"] / of["g++"], of["heddle"] / of["clang++"]]
                print(row([name if i == 0 else "", title, *(f"{of[v]:.{digits}f}" for v in VARIANTS), *(f"{r:.2f}" for r in ratios)]), flush=True)


if __name__ == "__main__":
    main()
