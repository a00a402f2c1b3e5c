#!/usr/bin/env python3
"""The table of primitives and their misuses, docs/primitives.md, from the heads of the programs in this folder.

    table.py [--write]      without --write: fails where the document is not what the programs say

The first line of a program is `// PRIMITIVE: what the program does`; the others are those of tests/faults/run.py, which holds that each row is true.
"""
import collections
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent / "docs" / "primitives.md"
HEAD = """# What is known of each primitive

A row is a program of [tests/primitives](../tests/primitives), and what `heddle check` answers to it with g++ and clang++; where the last column
says something, `heddle run` answers that. The table is made by `tests/primitives/table.py --write` from the programs' first lines, and
`ctest -R primitives` holds that each row is true. What is not modelled is in [LIMITS.md](LIMITS.md).
"""


def rows():
    for program in sorted(p for p in HERE.iterdir() if p.suffix in (".c", ".cpp")):
        lines = program.read_text().splitlines()
        primitive, what = re.fullmatch(r"// ((?:[^:]|::)+): (.+)", lines[0]).groups()
        found = collections.defaultdict(list)
        for line in lines[1:]:
            if not line.startswith("// "):
                break
            if match := re.fullmatch(r"// (check|run|executions)( [^:]*)?: ([^~]*)(~.*)?", line):
                answer = match[3].strip() + (f" ({match[2].strip().removeprefix('-- ')})" if match[2] else "")
                found[match[1]].append(answer)
        check = ", ".join(found["check"])
        if found["executions"]:
            check += f", {found['executions'][0]} execution" + ("" if found["executions"] == ["1"] else "s")
        yield primitive, what, program.name, check, ", ".join(found["run"])


def document():
    groups = collections.defaultdict(list)
    for primitive, *row in rows():
        groups[primitive].append(row)
    text = HEAD
    for primitive in sorted(groups, key=lambda name: name.lower().removeprefix("std::")):
        text += f"\n## {primitive}\n\n| what | check | run |\n|---|---|---|\n"
        for what, name, check, run in groups[primitive]:
            text += f"| [{what}](../tests/primitives/{name}) | {check.replace('|', ' or ')} | {run} |\n"
    return text


def main():
    text = document()
    if sys.argv[1:] == ["--write"]:
        DOCUMENT.write_text(text)
    elif DOCUMENT.read_text() != text:
        sys.exit("docs/primitives.md is not what the programs say: tests/primitives/table.py --write")


if __name__ == "__main__":
    main()
