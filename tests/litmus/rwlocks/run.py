#!/usr/bin/env python3
"""Random programs with pthread_rwlock_t, and the same with a readers-writer lock that is spelled out: a mutex, a condition variable, a
count of readers and a flag. What the threads have seen at the end is the outcome, a number below 8: each must be possible with both,
or with neither. So must a deadlock.

    run.py --heddle build/heddle --programs 20 --seed 7 --compiler clang++ --model tso
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

OUTCOMES = 8
HEAD = """#include <cassert>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <pthread.h>
#include <thread>
#ifdef SPELLED_OUT
struct Lock {
    std::mutex m;
    std::condition_variable changed;
    int readers = 0;
    bool writer = false;
    void read() { std::unique_lock g(m); changed.wait(g, [&] { return !writer; }); ++readers; }
    void write() { std::unique_lock g(m); changed.wait(g, [&] { return !writer && !readers; }); writer = true; }
    bool try_read() { std::lock_guard g(m); return !writer && ++readers; }
    bool try_write() { std::lock_guard g(m); return !writer && !readers && (writer = true); }
    void done() { std::lock_guard g(m); if (writer) writer = false; else --readers; changed.notify_all(); }
};
#else
struct Lock {
    pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
    void read() { pthread_rwlock_rdlock(&l); }
    void write() { pthread_rwlock_wrlock(&l); }
    bool try_read() { return !pthread_rwlock_tryrdlock(&l); }
    bool try_write() { return !pthread_rwlock_trywrlock(&l); }
    void done() { pthread_rwlock_unlock(&l); }
};
#endif
Lock locks[2];
int values[2];
"""


def section(draw, lock, depth):
    """Statements of one thread that take the lock, perhaps another in it, and give it back."""
    how = draw.choice(["read", "read", "write", "try_read", "try_write"])
    inside = f"seen = (seen * 3 + values[{lock}]) % 64;" if "read" in how else f"values[{lock}] = values[{lock}] * 2 + {draw.choice([1, 3])};"
    if depth and draw.random() < 0.3:
        # Of its own lock only again to read: relocking to write is EDEADLK with one, and a deadlock with the other.
        inside += " " + section(draw, 1 - lock, depth - 1)
    if how.startswith("try"):
        return f"if (locks[{lock}].{how}()) {{ {inside} locks[{lock}].done(); }} else seen += 5;"
    return f"locks[{lock}].{how}(); {inside} locks[{lock}].done();"


def program(draw):
    threads = []
    for _ in range(draw.choice([2, 3])):
        threads.append(" ".join(section(draw, draw.choice([0, 0, 1]), 1) for _ in range(draw.choice([1, 1, 2]) if len(threads) < 2 else 1)))
    text = HEAD + f"int result[{len(threads)}];\nint main(int, char** arguments) {{\n"
    for i, body in enumerate(threads):
        text += f"    std::thread t{i}([] {{ int seen = 0; {body} result[{i}] = seen; }});\n"
    text += "".join(f"    t{i}.join();\n" for i in range(len(threads)))
    sum_ = " + ".join(f"{2 * i + 1} * result[{i}]" for i in range(len(threads)))
    return text + f"    const unsigned outcome = unsigned({sum_} + 3 * values[0] + 5 * values[1]) % {OUTCOMES};\n" \
                  "    assert(outcome != unsigned(std::atoi(arguments[1])));\n}\n"


def verdict(arguments, file, spelled_out, outcome, folder):
    command = [arguments.heddle, "check", "--explore", "graphs", "--json", "--jobs", "1", "--time-limit", "60s", "--model", arguments.model, "--trace-dir", folder,
               str(file), "--", *(["-DSPELLED_OUT"] if spelled_out else []), str(outcome)]
    if arguments.compiler:
        command[2:2] = ["--compiler", arguments.compiler]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(run.stdout)["results"][0]
    except (ValueError, IndexError):
        return {"verdict": run.stdout + run.stderr, "complete": 0}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--programs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compiler", default="")
    parser.add_argument("--model", default="sc")
    arguments = parser.parse_args()
    wrong = compared = deadlocks = 0
    for number in range(arguments.programs):
        draw = random.Random(f"{arguments.seed}/{number}")
        text = program(draw)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "program.cpp"
            file.write_text(text)
            for outcome in range(OUTCOMES):
                answers = [verdict(arguments, file, spelled_out, outcome, folder) for spelled_out in (False, True)]
                # A deadlock ends the search at once: which of the two is found first depends on the order of the search.
                verdicts = [answer["verdict"] for answer in answers]
                compared += 1
                if "deadlock" in verdicts and set(verdicts) <= {"deadlock", "assertion"}:
                    deadlocks += 1
                    continue
                if verdicts[0] != verdicts[1] or verdicts[0] not in ("verified", "assertion"):
                    wrong += 1
                    print(f"program {number} of seed {arguments.seed}, outcome {outcome}: {verdicts[0]}, spelled out {verdicts[1]}\n{text}")
    print(f"{compared} outcomes of {arguments.programs} programs compared ({deadlocks} with a deadlock), {wrong} wrong")
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
