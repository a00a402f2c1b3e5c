#!/usr/bin/env python3
"""Programs on which heddle was once wrong, silent or endless, each with what is right.

    run.py HEDDLE [--jobs N] [--only GLOB] [--compiler gcc|clang] [--folder FOLDER]

The comment lines at the head of a program say what is right; the first in words, the others for this test:

    // check [OPTIONS]: VERDICT[|VERDICT…] [~ TEXT]…    what `heddle check OPTIONS` answers, and texts that its output has
    // check [OPTIONS]: as expected                     each pattern gets the verdict that it expects
    // run [OPTIONS]: VERDICT[|VERDICT…] [~ TEXT]…      the same for `heddle run`; `clean` is no finding and exit status 0
    // not: TEXT                                        no output of this program has the text
    // executions: N                                    what check counts as complete
    // compilers: gcc                                   only with these (both without this line)
    // packages: libuv1-dev                             left out where these Debian packages are not installed
    // within: SECONDS                                  for each call; 20 without this line

A program without such lines is an error. `heddle itself` in any output is one too. Every trace that check writes has to replay.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
COMPILERS = {"gcc": {".c": "gcc", ".cpp": "g++"}, "clang": {".c": "clang", ".cpp": "clang++"}}
CALL = re.compile(r"^// (check|run)( [^:]*)?: (.*)$")


def head_of(program):
    lines = []
    for line in program.read_text().splitlines():
        if not line.startswith("//"):
            break
        lines.append(line)
    return lines


class Expected:
    def __init__(self, program):
        self.calls, self.unwanted, self.compilers, self.within, self.executions = [], [], list(COMPILERS), 20.0, None
        self.packages = []
        for line in head_of(program)[1:]:
            if found := CALL.match(line):
                verdicts, *texts = [part.strip() for part in found[3].split("~")]
                self.calls.append((found[1], shlex.split(found[2] or ""), set(verdicts.split("|")), texts))
            elif line.startswith("// not: "):
                self.unwanted.append(line.removeprefix("// not: "))
            elif line.startswith("// executions: "):
                self.executions = int(line.removeprefix("// executions: "))
            elif line.startswith("// compilers: "):
                self.compilers = line.removeprefix("// compilers: ").split()
            elif line.startswith("// packages: "):
                self.packages = line.removeprefix("// packages: ").split()
            elif line.startswith("// within: "):
                self.within = float(line.removeprefix("// within: "))
        if not self.calls:
            raise ValueError(f"{program.name}: no line says what is right")


def is_installed(package):
    try:
        asked = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", package], capture_output=True, text=True)
    except OSError:
        return False
    return asked.stdout == "installed"


def verdicts_of(command, document):
    """check: the verdicts of its results; run: those of the findings and endings, or `clean`."""
    results = document["results"]
    if command == "check":
        return {result["verdict"] for result in results}
    found = set()
    for result in results:
        found |= {finding["verdict"] for finding in result["findings"]} | set(result["endings"])
        if result["verdict"] not in ("verified", "nothing-found") and not found:
            found.add(result["verdict"])
    return found or {"clean"}


def replays(heddle, document, within):
    """Which traces of a check do not end the same way again, as sentences."""
    for result in document["results"]:
        if not result.get("trace"):
            continue
        words = [heddle, "replay", "--trust", result["trace"]]
        try:
            done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=within * 3 + 30)
        except subprocess.TimeoutExpired:
            yield f"{shlex.join(words)}\n    is endless"
            continue
        if done.returncode != 1 or f"the same {result['verdict']} again" not in done.stdout:
            yield f"{shlex.join(words)}\n    exit status {done.returncode}: {done.stdout[-600:]}{done.stderr[-600:]}"


def ask(heddle, program, compiler, expected, folder):
    """What is wrong with heddle's answers to one program, as sentences."""
    problems = []
    for number, (command, options, verdicts, texts) in enumerate(expected.calls):
        at = options.index("--") if "--" in options else len(options)
        own, rest = shlex.join(options[:at]), shlex.join(options[at + 1:])
        report = pathlib.Path(folder) / f"{program.name}.{compiler}.{number}.txt"
        words = [heddle, command, str(program), "--compiler", COMPILERS[compiler][program.suffix], *shlex.split(own)]
        words += ["--trace-dir", str(pathlib.Path(folder) / f"{program.name}.{compiler}.{number}")] if command == "check" else []
        if command == "check" and expected.executions is not None and "--explore" not in words:
            words += ["--explore", "graphs"]  # states have no executions
        extra = ["--", *shlex.split(rest)] if rest else []
        shown = " ".join(shlex.quote(w) for w in words + extra)
        begin = time.monotonic()
        try:
            done = subprocess.run([*words, "--json", "--report", str(report), *extra], capture_output=True, text=True, errors="replace", timeout=expected.within * 3 + 30)
        except subprocess.TimeoutExpired:
            problems.append(f"{shown}\n    is endless")
            continue
        seconds = time.monotonic() - begin
        try:
            document = json.loads(done.stdout)
            got = verdicts_of(command, document)
        except (ValueError, KeyError) as error:
            problems.append(f"{shown}\n    no document ({error!r}), exit status {done.returncode}: {done.stdout[-500:]}{done.stderr[-1500:]}")
            continue
        told = json.dumps(document, ensure_ascii=False)
        told += report.read_text(errors="replace") if report.exists() else ""  # what it says without --json
        if verdicts == {"as expected"}:
            for result in document["results"]:
                if result["verdict"] != result["expected"]:
                    problems.append(f"{shown}\n    {result['pattern']}: {result['verdict']} instead of {result['expected']}: {json.dumps(result)[:1500]}")
        elif not got <= verdicts:
            problems.append(f"{shown}\n    got {sorted(got)} instead of {sorted(verdicts)}: {told[:600]}{done.stderr[-1500:]}")
        for text in texts:
            if text not in told:
                problems.append(f"{shown}\n    the output has no \"{text}\": {told[-3000:]}")
        for text in [*expected.unwanted, "heddle itself"]:
            if text in told + done.stderr:
                problems.append(f"{shown}\n    the output has \"{text}\": {(told + done.stderr)[-3000:]}")
        if expected.executions is not None and command == "check":
            counts = {result["complete"] for result in document["results"]}
            if counts != {expected.executions}:
                problems.append(f"{shown}\n    {sorted(counts)} executions instead of {expected.executions}")
        if command == "check":
            problems += replays(heddle, document, expected.within)
        if seconds > expected.within:
            problems.append(f"{shown}\n    took {seconds:.1f} s of {expected.within:g} s")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("heddle")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="*")
    parser.add_argument("--compiler", choices=COMPILERS)
    parser.add_argument("--folder", type=pathlib.Path, default=HERE, help="of the programs; this file's without it")
    arguments = parser.parse_args()
    programs = sorted(p for p in arguments.folder.glob("*.c*") if p.suffix in (".c", ".cpp") and fnmatch.fnmatch(p.stem, arguments.only))
    if not programs:
        sys.exit(f"no program matches {arguments.only}")
    tasks = []
    for program in programs:
        expected = Expected(program)
        if missing := [package for package in expected.packages if not is_installed(package)]:
            print(f"left out: {program.name} needs {' '.join(missing)}")
            continue
        tasks += [(program, compiler, expected) for compiler in expected.compilers
                  if not arguments.compiler or compiler == arguments.compiler]
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="heddle-faults-") as folder, concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        answers = pool.map(lambda task: (task, ask(arguments.heddle, *task, folder)), tasks)
        for (program, compiler, _), problems in answers:
            if problems:
                wrong += 1
                print(f"{program.name} with {compiler}:")
                for problem in problems:
                    print(f"  {problem}")
                sys.stdout.flush()
    print(f"{len(tasks) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
