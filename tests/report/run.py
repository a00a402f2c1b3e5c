"""Every format of a report over the same dozen traces, compared with reviewed files:

    run.py HEDDLE             what differs, and the exit status says whether something does
    run.py HEDDLE --accept    the files of golden/ become what is found: look at the difference before it is committed
    run.py HEDDLE --record    the traces are made anew from programs/, when stories are told otherwise; then --accept
"""
import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS, TRACES, GOLDEN = (os.path.join(HERE, name) for name in ("programs", "traces", "golden"))
FORMATS = ("txt", "json", "md", "sarif", "xml", "dot", "github", "perfetto.json", "html")


def programs():
    return sorted(name[:-4] for name in os.listdir(PROGRAMS) if name.endswith(".cpp"))


def record(heddle):
    """A trace names files of this machine and holds decisions for replay: neither belongs to a report."""
    os.makedirs(TRACES, exist_ok=True)
    for name in programs():
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([heddle, "check", name + ".cpp", "--trace-dir", folder, "--jobs", "1"], cwd=PROGRAMS, stdout=subprocess.DEVNULL, timeout=300)
            made = os.listdir(folder)
            if len(made) != 1:
                sys.exit(f"{name}.cpp gives {len(made)} traces, not one")
            with open(os.path.join(folder, made[0])) as file:
                document = json.loads(file.read().replace(PROGRAMS + "/", ""))
        document["decisions"], document["program"] = [], ""
        document.pop("stop", None)
        with open(os.path.join(TRACES, name + ".json"), "w") as out:
            json.dump(document, out, indent=1, ensure_ascii=False)
            out.write("\n")


def report(heddle, name, extension, folder):
    """What heddle writes, as text that can be read in a difference."""
    path = os.path.join(folder, f"{name}.{extension}")
    done = subprocess.run([heddle, "report", os.path.join("..", "traces", name + ".json"), "--report", path], cwd=PROGRAMS,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60)
    if done.returncode:
        return done.stderr
    with open(path) as file:
        text = file.read()
    if extension != "html":
        return text
    data = re.search(r'<script type="application/json" id="report">(.*?)</script>', text, re.S)
    return json.dumps(json.loads(data.group(1)), indent=1, ensure_ascii=False) + "\n" # the page around it has its own test


def compare(heddle, accept):
    passed, failed = 0, 0
    os.makedirs(GOLDEN, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in programs():
            for extension in FORMATS:
                found = report(heddle, name, extension, folder)
                golden = os.path.join(GOLDEN, f"{name}.{extension}")
                if accept:
                    with open(golden, "w") as out:
                        out.write(found)
                expected = ""
                if os.path.exists(golden):
                    with open(golden) as file:
                        expected = file.read()
                if found == expected:
                    passed += 1
                    continue
                failed += 1
                sys.stdout.writelines(difflib.unified_diff(expected.splitlines(True), found.splitlines(True), golden, "found"))
    print(f"{passed} passed, {failed} failed")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("heddle")
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    heddle = os.path.abspath(arguments.heddle)
    if arguments.record:
        record(heddle)
    sys.exit(bool(compare(heddle, arguments.accept)))


main()
