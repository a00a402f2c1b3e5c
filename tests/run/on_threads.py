#!/usr/bin/env python3
"""Recordings of real threads: races that did not happen in the recorded run are predicted and confirmed; what only looks
wrong is not reported; a killed run leaves a recording that can be read.

    on_threads.py HEDDLE
"""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HEDDLE = sys.argv[1]
PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs"
problems = []
work = tempfile.TemporaryDirectory(prefix="heddle-threads-")
folder = pathlib.Path(work.name)
RUNS = 60  # at most so many until one does not show the bug by itself


def run(*words):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=120)


def check(holds, what):
    if not holds:
        problems.append(what)


def record(program, seed):
    """The exit status of the run, its recording."""
    recording = folder / f"{program}.recording"
    done = run(HEDDLE, "run", PROGRAMS / f"{program}.cpp", "--record", recording, "--noise", "--seed", seed, "--hang-after", "3s")
    check(done.returncode in (0, 1), f"{program} --seed {seed}: exit status {done.returncode} {done.stdout} {done.stderr}")
    return done.returncode, recording


def predict(recording):
    done = run(HEDDLE, "predict", recording, "--json", "--trace-dir", folder / "traces")
    return done.returncode, json.loads(done.stdout or "null"), done.stderr


# program, kind, places in the sentence. The run itself shows nothing; prediction does, and its trace replays.
CONFIRMED = [
    ("through_lock", "data-race", ["through_lock.cpp:10", "through_lock.cpp:19"]),
    ("through_condition", "data-race", ["through_condition.cpp:13", "through_condition.cpp:27"]),
    ("through_flag", "data-race", ["through_flag.cpp:11", "through_flag.cpp:18"]),
    ("failing_ensure", "assertion", ["failing_ensure.cpp:"]),
]
for program, kind, places in CONFIRMED:
    for seed in range(1, RUNS + 1):
        status, recording = record(program, seed)
        if status != 0:
            continue
        status, document, errors = predict(recording)
        findings = [f for f in document["findings"] if f["kind"] == kind]
        check(status == 1 and len(findings) == 1 and findings[0]["confirmed"] and all(p in findings[0]["prediction"] for p in places),
              f"{program} --seed {seed}: {status} {document} {errors}")
        for finding in findings:
            replayed = run(HEDDLE, "replay", finding["trace"])
            check(replayed.returncode == 1 and f"the same {kind} again" in replayed.stdout, f"{program}: {replayed.stdout[-300:]}{replayed.stderr}")
        break
    else:
        problems.append(f"{program}: every one of {RUNS} runs showed the bug itself")

for program in ("only_looks_racy", "gated_cycle"):
    for seed in range(1, 16):
        status, recording = record(program, seed)
        check(status == 0, f"{program} --seed {seed}: the run itself reports something")
        status, document, errors = predict(recording)
        check(status == 0 and document["findings"] == [] and document["not_looked_at"]["events_left_out"] == 0,
              f"{program} --seed {seed}: {status} {document} {errors}")

# Killed in the middle
endless = folder / "endless.cpp"
endless.write_text("""
#include <mutex>
#include <thread>
std::mutex m;
long x;
int main() {
    std::thread other([] { for (;;) { std::lock_guard lock(m); ++x; } });
    for (;;) { std::lock_guard lock(m); ++x; }
}
""")
recording = folder / "endless.recording"
run(HEDDLE, "run", endless, "--time-limit", "100ms")  # compiled
process = subprocess.Popen([HEDDLE, "run", str(endless), "--record", str(recording)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(100):
    time.sleep(0.1)
    if recording.exists() and recording.stat().st_blocks > 1000:
        break
process.send_signal(signal.SIGKILL)
process.wait()
time.sleep(0.3)  # its children die with it
shown = run(HEDDLE, "report", recording, "--last", "20")
check(shown.returncode == 0 and "killed, crashed or is not over yet" in shown.stdout and "lock m" in shown.stdout,
      f"a killed run: {shown.returncode} {shown.stdout[:500]} {shown.stderr}")
status, document, errors = predict(recording)
check(status == 0 and document["findings"] == [], f"a killed run: {status} {document} {errors}")

print("\n".join(problems + [f"{len(problems)} problems"]))
sys.exit(1 if problems else 0)
