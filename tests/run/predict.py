#!/usr/bin/env python3
"""What `heddle predict` and `heddle report` make of recordings. The recordings come from the explored backend, so each is
the same every time; every number below is exact.

    predict.py HEDDLE RECORD_EXPLORED
"""
import json
import pathlib
import subprocess
import sys
import tempfile

HEDDLE, RECORD = sys.argv[1:3]
PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs"
problems = []
work = tempfile.TemporaryDirectory(prefix="heddle-predict-")
folder = pathlib.Path(work.name)


def run(*words):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=120)


def check(holds, what, again=""):
    if not holds:
        problems.append(f"{what}\n    again: {again}")


def record(program, seed):
    """None when that order of the threads already shows the bug."""
    recording = folder / f"{program}.{seed}.recording"
    done = run(RECORD, PROGRAMS / f"{program}.cpp", recording, seed)
    if done.returncode == 0:
        return recording
    check("this execution has a bug" in done.stderr, f"{program} seed {seed}: {done.stderr}", f"{RECORD} {program} {seed}")
    return None


def predict(recording, *options):
    done = run(HEDDLE, "predict", recording, "--json", "--trace-dir", folder / "traces", *options)
    again = f"{HEDDLE} predict {recording} --json"
    try:
        return done.returncode, json.loads(done.stdout), again
    except json.JSONDecodeError:
        check(False, f"no JSON from predict: {done.returncode} {done.stdout[:200]} {done.stderr}", again)
        return done.returncode, {"findings": []}, again


# program, kind of the one finding, whether every thread sees just what it saw in the recording, words of the sentence
CONFIRMED = [
    ("through_lock", "data-race", True, ["writes `x` at through_lock.cpp:10", "writes `x` at through_lock.cpp:19"]),
    ("through_lock_with_data", "data-race", False, ["writes `x` at through_lock_with_data.cpp:11", "writes `x` at through_lock_with_data.cpp:20"]),
    ("through_condition", "data-race", None, ["writes `made` at through_condition.cpp:13", "reads `made` at through_condition.cpp:27"]),
    ("through_flag", "data-race", True, ["writes `data` at through_flag.cpp:11", "reads `data` at through_flag.cpp:18"]),
    ("lock_cycle", "deadlock", True, ["waits for `b` at lock_cycle.cpp:11", "waits for `a` at lock_cycle.cpp:16"]),
    ("lost_signal", "deadlock", False, ["begins to wait at lost_signal.cpp:12"]),
]
NOTHING = ["only_looks_racy", "gated_cycle"]
SEEDS = range(6)

for program, kind, certain, words in CONFIRMED:
    recorded = 0
    for seed in SEEDS:
        recording = record(program, seed)
        if not recording:
            continue
        recorded += 1
        status, document, again = predict(recording)
        findings = document["findings"]
        check(status == 1, f"{program} seed {seed}: exit status {status}, not 1", again)
        check(len(findings) == 1 and findings[0]["confirmed"] and findings[0]["kind"] == kind,
              f"{program} seed {seed}: not one confirmed {kind}: {findings}", again)
        for finding in findings:
            check(certain in (None, finding["certain"]), f"{program} seed {seed}: certain is {finding['certain']}", again)
            check(all(word in finding["prediction"] for word in words), f"{program}: {finding['prediction']}", again)
            replayed = run(HEDDLE, "replay", finding["trace"])
            check(replayed.returncode == 1 and f"the same {kind} again" in replayed.stdout,
                  f"{program} seed {seed}: the trace does not replay: {replayed.stdout[-200:]}{replayed.stderr}", again)
    check(recorded >= 2, f"{program}: only {recorded} recordings without the bug itself")

for program in NOTHING:
    for seed in SEEDS:
        recording = record(program, seed)
        check(recording, f"{program} seed {seed} has a bug")
        status, document, again = predict(recording)
        check(status == 0 and document["findings"] == [], f"{program} seed {seed}: {status} {document['findings']}", again)
        check(document["not_looked_at"] == {"pairs_too_far_apart": 0, "pairs_without_answer": 0, "events_left_out": 0,
                                            "events_lost": 0, "conditions_lost": 0, "conditions_without_answer": 0,
                                            "operations_on_inputs_cut": 0, "suggestions_not_executed": 0, "out_of_time": False},
              f"{program} seed {seed}: {document['not_looked_at']}", again)

# What no window holds is counted.
recording = record("through_lock", 0)
status, document, again = predict(recording, "--window", "10")
check(status == 0 and document["findings"] == [] and document["not_looked_at"]["pairs_too_far_apart"] == 1,
      f"a window of 10 events: {status} {document}", again)

# Without execution it is a prediction and no more.
status, document, again = predict(recording, "--no-confirm")
check(status == 3 and [f["confirmed"] for f in document["findings"]] == [False], f"--no-confirm: {status} {document}", again)

# The program is another one now.
changed = folder / "changed.cpp"
changed.write_text((PROGRAMS / "through_lock.cpp").read_text())
run(RECORD, changed, folder / "changed.recording", 0)
changed.write_text(changed.read_text().replace("x = 2", "x = 3"))
recorded = (folder / "changed.recording").read_bytes()
library = json.loads(run(HEDDLE, "report", folder / "changed.recording", "--format", "json").stdout)
check(library["program"] != "", "a recording without its program's hash")

place = recorded.index(b'"library":"') + 11
(folder / "elsewhere").write_bytes(recorded[:place] + b"X" + recorded[place + 1:]) # not in the cache any more
done = run(HEDDLE, "predict", folder / "elsewhere")
check(done.returncode == 2 and "the program has changed since then; record it again" in done.stderr and done.stderr.count("\n") == 1,
      f"a changed program: {done.returncode} {done.stdout} {done.stderr}")
changed.unlink()
done = run(HEDDLE, "predict", folder / "elsewhere")
check(done.returncode == 2 and "no such file" in done.stderr and done.stderr.count("\n") == 1,
      f"a program that is gone: {done.returncode} {done.stdout} {done.stderr}")
done = run(HEDDLE, "predict", folder / "elsewhere", "--no-confirm")
check(done.returncode == 3 and "predicted, not confirmed" in done.stdout, f"--no-confirm: {done.returncode} {done.stdout} {done.stderr}")
(folder / "empty").write_bytes(recorded[:65536])
done, shown = run(HEDDLE, "predict", folder / "empty"), run(HEDDLE, "report", folder / "empty")
check(done.returncode == 3 and "no events were recorded" in done.stdout, f"no events: {done.returncode} {done.stdout} {done.stderr}")
check(shown.returncode == 0 and "no events were recorded" in shown.stdout, f"no events: {shown.returncode} {shown.stdout} {shown.stderr}")

# Reports
text = run(HEDDLE, "report", recording)
check(text.returncode == 0 and "a recorded run, to its end" in text.stdout and "lock m" in text.stdout, f"report: {text.stdout[:300]}")
document = json.loads(run(HEDDLE, "report", recording, "--format", "json", "--last", "5").stdout)
check(document["schema"] == "heddle.trace/1" and len(document["steps"]) == 5, "report --format json --last 5")

# What is no recording, or only a part of one
data = recording.read_bytes()
(folder / "cut").write_bytes(data[:65536 + 700])
cut = run(HEDDLE, "predict", folder / "cut")
check(cut.returncode == 0 and "nothing found" in cut.stdout, f"a recording cut short: {cut.returncode} {cut.stdout} {cut.stderr}")
(folder / "header").write_bytes(data[:100])
for name, words in (("header", "is a damaged recording: its header is not all there"), ("none", "cannot read")):
    done = run(HEDDLE, "predict", folder / name)
    check(done.returncode == 2 and words in done.stderr and done.stderr.count("\n") == 1, f"{name}: {done.returncode} {done.stderr}")
done = run(HEDDLE, "predict", PROGRAMS / "through_lock.cpp")
check(done.returncode == 2 and "is not a recording" in done.stderr, f"a source file: {done.returncode} {done.stderr}")

print("\n".join(problems + [f"{len(problems)} problems"]))
sys.exit(1 if problems else 0)
