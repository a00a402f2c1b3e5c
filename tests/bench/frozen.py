#!/usr/bin/env python3
"""Writes every answer that heddle gives to the programs of the tests, without times and paths: two versions that should not differ are compared by `diff`.

    frozen.py path/to/heddle OUT [--only oracle,patterns,...] [--jobs 2]

One line a result, sorted; then the story of each violation in the catalogue as text. A change that moves code and means nothing else leaves OUT as it was, byte for byte.
"""
import argparse
import json
import pathlib
import re
import subprocess
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
MODELS = "sc,tso,rc11"
LIMIT = ["--max-executions", "200000"]
CORPORA = {
    "oracle": ["tests/litmus/oracle/programs", "--model", MODELS],
    "awaits": ["tests/litmus/awaits", "--model", MODELS],
    "shared": ["tests/litmus/shared", "--model", MODELS, "--plain-accesses", "shared"],
    "patterns": ["patterns", "--model", MODELS],
    "third_party": ["tests/third_party", "--model", "rc11"],
    "symbolic": ["tests/symbolic", "--model", "rc11"],
}
# What changes from run to run, from one machine to the next, or when the same is done with less.
STRUCK = ("seconds", "trace", "solver_seconds", "effort")


def strike(value, project):
    if isinstance(value, dict):
        return {key: strike(inner, project) for key, inner in value.items() if key not in STRUCK}
    if isinstance(value, list):
        return [strike(inner, project) for inner in value]
    if isinstance(value, str):
        return value.replace(str(project) + "/", "")
    return value


def check(heddle, arguments, jobs, traces):
    command = [heddle, "check", "--explore", "graphs", *arguments, *LIMIT, "--json", "--jobs", str(jobs), "--trace-dir", str(traces)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=PROJECT)
    return [json.dumps(strike(result, PROJECT), sort_keys=True) for result in json.loads(done.stdout)["results"]]


def stories(heddle, traces):
    for trace in sorted(traces.rglob("*.json")):
        told = subprocess.run([heddle, "report", str(trace)], stdout=subprocess.PIPE, text=True, cwd=PROJECT, env={"COLUMNS": "100", "PATH": "/usr/bin:/bin"})
        yield f"== {trace.relative_to(traces)}"
        yield re.sub(r"^.*heddle replay.*$", "", told.stdout.replace(str(PROJECT) + "/", "").replace(str(traces), "TRACES"), flags=re.M)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("heddle")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--only", default=",".join(CORPORA))
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    heddle = str(pathlib.Path(arguments.heddle).resolve())
    lines = []
    for name in arguments.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            traces = pathlib.Path(folder) / "traces"
            traces.mkdir()
            lines += [f"-- {name}", *sorted(check(heddle, CORPORA[name], arguments.jobs, traces))]
            if name == "patterns":
                lines += stories(heddle, traces)
    arguments.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
