#!/usr/bin/env python3
"""Code that no hook announces: containers and functions of the standard library, and what compilers make of one-liners.

    run.py HEDDLE containers|idioms [--only GLOB] [--compiler gcc|clang] [--keep FOLDER]

Each row of a table becomes patterns of a generated program. A container or function is used by two threads, once under a mutex (verified) and
once without (a data race that names both users' lines), on a local of main, a global and a block of the heap, under -std=c++17 and
c++20. An idiom is one line of one thread against a plain access of another: a data race wherever it is compiled, under -O0, -O1 and -O2.
Both compilers must agree. The commands of what fails are printed.
"""
import argparse
import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
COMPILERS = {"gcc": "g++", "clang": "clang++"}


def rows_of(table):
    """Lines `name | part | part…` of a table; `#` begins a remark, deeper lines go on."""
    rows = []
    for line in (HERE / f"{table}.table").read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        rows.append([part.strip() for part in re.split(r"\s\|(?=\s)", line)])
    return rows


class Program:
    """A source file that is written line by line, and what is right for each pattern in it."""

    def __init__(self, head):
        self.lines, self.expected = (HERE / head).read_text().splitlines(), {}
        self.head = len(self.lines)

    def add(self, text):
        self.lines.append(text)
        return len(self.lines)

    def expect(self, pattern, verdict, lines=()):
        self.expected[pattern] = (verdict, set(lines))


def add_container(program, name, kind, setup, one, other, place, guarded):
    """`kind` is the object's type, `setup` what main does first; the threads do `one` and `other` with it, called x."""
    pattern = f"{name}_{place}_{'guarded' if guarded else 'unguarded'}"
    if place == "global":
        program.add(f"static {kind.replace('@', f'{pattern}_x')};" if "@" in kind else f"static {kind} {pattern}_x;")
    program.add(f'HEDDLE_PATTERN({pattern}, "") {{')
    if place == "global":
        program.add(f"    auto& x = {pattern}_x;")
    elif place == "heap":
        program.add(f"    struct Held {{ {kind.replace('@', 'x') if '@' in kind else kind + ' x'}; }};")
        program.add("    auto held = std::make_unique<Held>(); auto& x = held->x;")
    else:
        program.add(f"    {kind.replace('@', 'x') if '@' in kind else kind + ' x'}{'{}' if '@' in kind else ''};")
    program.add(f"    std::mutex m; {setup}")
    lock = "std::lock_guard<std::mutex> lock(m);" if guarded else ""
    program.add(f"    std::thread a([&] {{ {lock}")
    first = program.add(f"        {one}")
    program.add("    });")
    program.add(f"    std::thread b([&] {{ {lock}")
    second = program.add(f"        {other}")
    program.add("    });")
    program.add("    a.join(); b.join();")
    program.add("}")
    program.expect(pattern, "verified" if guarded else "data-race", () if guarded else (first, second))


def container_programs(only):
    for place in ("local", "global", "heap"):
        program = Program("containers.head")
        for name, kind, setup, one, other in rows_of("containers"):
            for guarded in (True, False):
                if fnmatch.fnmatch(name, only):
                    add_container(program, name, kind, setup, one, other, place, guarded)
        for standard in ("c++17", "c++20"):
            yield f"{place}-{standard}", program, [f"-std={standard}"]


def idiom_programs(only):
    program = Program("idioms.head")
    for name, kind, one, other in rows_of("idioms"):
        if not fnmatch.fnmatch(name, only):
            continue
        # Not static: compilers remove what writes variables that nobody reads.
        program.add(f"{kind.replace('@', name + '_x') if '@' in kind else kind + ' ' + name + '_x'};")
        program.add(f'HEDDLE_PATTERN({name}, "") {{')
        program.add(f"    auto& x = {name}_x;")
        program.add("    std::thread a([&] {")
        first = program.add(f"        {one}")
        program.add("    });")
        program.add("    std::thread b([&] {")
        second = program.add(f"        {other}")
        program.add("    });")
        program.add("    a.join(); b.join();")
        program.add("}")
        program.expect(name, "data-race", (first, second))
    for level in ("-O0", "-O1", "-O2"):
        yield level[1:], program, ["-std=c++20", level]


def named(lines, at, head):
    """Whether the report names both lines; instead of one, the line of the head where the access is made for it."""
    return len({line for line in at - lines if line and line <= head}) >= len(lines - at)


def check(heddle, source, program, compiler, options):
    words = [heddle, "check", str(source), "--compiler", COMPILERS[compiler], "--time-limit", "60s", "--trace-dir", str(source.parent / "traces"), "--json",
             "--", *options]
    try:
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=900)
        results = json.loads(done.stdout)["results"]
    except (subprocess.TimeoutExpired, ValueError) as error:
        return [f"{' '.join(words)}\n    no document: {error!r}"]
    problems, got = [], {result["pattern"]: result for result in results}
    for pattern, (verdict, lines) in program.expected.items():
        result = got.get(pattern)
        told = result["verdict"] if result else "nothing"
        violation = (result or {}).get("violation") or {}
        at = {thread.get("line") for thread in violation.get("threads", []) if thread.get("file", "").endswith(source.name)}
        if told != verdict:
            problems.append(f"{pattern}: {told} instead of {verdict}: {violation.get('message', '')} {done.stderr[-300:]}")
        elif not named(lines, at, program.head):
            problems.append(f"{pattern}: names lines {sorted(at, key=str)} instead of {sorted(lines)}: {violation.get('message', '')}")
    return [f"{' '.join(words)}"] + [f"    {problem}" for problem in problems] if problems else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("heddle")
    parser.add_argument("table", choices=["containers", "idioms"])
    parser.add_argument("--only", default="*", help="rows of that name")
    parser.add_argument("--compiler", choices=list(COMPILERS))
    parser.add_argument("--keep", help="a folder for the generated programs")
    arguments = parser.parse_args()
    programs = container_programs if arguments.table == "containers" else idiom_programs
    heddle = str(pathlib.Path(arguments.heddle).resolve())
    problems, patterns = [], 0
    with tempfile.TemporaryDirectory(prefix="heddle-library-code-") as made:
        folder = pathlib.Path(arguments.keep or made)
        folder.mkdir(parents=True, exist_ok=True)
        for name, program, options in programs(arguments.only):
            source = folder / f"{arguments.table}-{name}.cpp"
            source.write_text("\n".join(program.lines) + "\n")
            for compiler in [arguments.compiler] if arguments.compiler else COMPILERS:
                found = check(heddle, source, program, compiler, options)
                problems += found
                patterns += len(program.expected)
                print("\n".join(found) if found else f"{name} with {compiler}: as expected", flush=True)
    print(f"{patterns} patterns, {sum(p.startswith('    ') for p in problems)} wrong")
    return 1 if problems or not patterns else 0


if __name__ == "__main__":
    sys.exit(main())
