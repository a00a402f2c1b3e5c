#!/usr/bin/env python3
"""Libraries as Debian has them under `heddle run --noise`: a queue with races in it, the same queue mended, and one that is right.

    run.py HEDDLE
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HEDDLE = sys.argv[1]
HERE = pathlib.Path(__file__).resolve().parent
HEADERS = pathlib.Path("/usr/include/concurrentqueue")
# What is too weak in it, and what it has to be.
COUNTER = (r"(elementsCompletelyDequeued\.fetch_add\(\w+, std::memory_order_)release\)", r"\1acq_rel)")
HEAD = (r"(freeListHead\.compare_exchange_strong\(head, next, std::memory_order_acquire, std::memory_order_)relaxed\)", r"\1acquire)")
problems = []


def run(name, *words, status, options=()):
    """The result of runs that have to end with this exit status."""
    command = [HEDDLE, "run", str(HERE / name), "--noise", "--seed", "1", "--json", *words, "--", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode != status:
        problems.append(f"{' '.join(command)}: exit status {done.returncode}, expected {status}\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    try:
        return json.loads(done.stdout)["results"][0]
    except (ValueError, KeyError, IndexError):
        return {"findings": [], "runs": 0}


def explored(verdict, *options):
    """What `heddle check` has to say of the free list alone."""
    done = subprocess.run([HEDDLE, "check", str(HERE / "free_list.cpp"), "--json", "--", *options], capture_output=True, text=True, timeout=300)
    said = json.loads(done.stdout)["results"][0]["verdict"]
    if said != verdict:
        problems.append(f"free_list.cpp {options}: {said}, expected {verdict}\n{done.stderr[-1000:]}")


clean = run("readerwriterqueue.cpp", "--times", "40", status=0)
print(f"readerwriterqueue: {clean['runs']} runs, {len(clean['findings'])} findings")

header = (HEADERS / "concurrentqueue.h").read_text()
if re.search(HEAD[0], header):
    explored("data-race")
if re.search(COUNTER[0], header):
    racing = run("concurrentqueue.cpp", "--times", "300", "--until-found", status=1)
    files = {frame["file"] for f in racing["findings"] for thread in f["threads"] for frame in thread["inside"]}
    if racing["findings"] and not any(file.endswith("concurrentqueue.h") for file in files):
        problems.append(f"the race is inside concurrentqueue.h, and the report does not say so: {files}")
    print(f"concurrentqueue as it is: a race in run {racing['runs']}")
else:
    print("concurrentqueue: this version has its race mended; only that it is clean is tested")
with tempfile.TemporaryDirectory(prefix="heddle-mended-") as folder:
    mended = pathlib.Path(folder) / "concurrentqueue"
    shutil.copytree(HEADERS, mended)
    for weak, strong in (COUNTER, HEAD):
        header = re.sub(weak, strong, header)
    (mended / "concurrentqueue.h").write_text(header)
    explored("verified", "-I", folder)
    result = run("concurrentqueue.cpp", "--times", "100", status=0, options=["-I", folder])
    print(f"concurrentqueue mended: {result['runs']} runs, {len(result['findings'])} findings")
print("\n".join(problems))
sys.exit(1 if problems else 0)
