#!/usr/bin/env python3
"""Damaged traces, recordings and cache entries: heddle says what is wrong with them, or does without.

    run.py HEDDLE [--count N] [--seed S] [--jobs N] [--keep FOLDER] [--only trace|recording|cache]

ctest runs a few hundred with a fixed seed; a nightly run takes `--count 10000` and a seed of its own, which it prints.
A case that fails is kept in FOLDER, and the line that tells of it has the command that shows it again.

For each case: no crash and no bug of heddle itself (exit status 0 to 3), an answer within ten seconds, less than a gigabyte.
A damaged cache entry changes no verdict.
"""
import argparse
import concurrent.futures
import copy
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SECONDS, BYTES = 10, 1 << 30
sys.setrecursionlimit(20_000)  # for documents of deep nesting
threading.stack_size(64 << 20)

PROGRAMS = {
    "race.c": """#include <pthread.h>
int shared, other;
static void *writer(void *unused) { shared = 1; other = 2; return unused; }
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, writer, 0);
    shared = 2;
    pthread_join(thread, 0);
    return 0;
}
""",
    "deadlock.c": """#include <pthread.h>
pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void *other(void *unused) {
    pthread_mutex_lock(&b); pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a); pthread_mutex_unlock(&b);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, other, 0);
    pthread_mutex_lock(&a); pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b); pthread_mutex_unlock(&a);
    pthread_join(thread, 0);
    return 0;
}
""",
    "stale.cpp": """#include <atomic>
#include <cassert>
#include <thread>
std::atomic<int> data, flag, turns;
int main() {
    std::thread writer([] { data.store(1, std::memory_order_relaxed); flag.store(1, std::memory_order_relaxed); turns.fetch_add(1); });
    std::thread reader([] { if (flag.load(std::memory_order_relaxed)) assert(data.load(std::memory_order_relaxed)); turns.fetch_add(1); });
    writer.join(); reader.join();
}
""",
    "lost.cpp": """#include <condition_variable>
#include <mutex>
#include <thread>
std::mutex m; std::condition_variable c; bool ready;
int main() {
    std::thread other([] { std::lock_guard lock(m); ready = true; c.notify_one(); });
    std::unique_lock lock(m);
    if (true) c.wait(lock);
    lock.unlock(); other.join();
}
""",
    "inputs.cpp": """#include <heddle/heddle.hpp>
#include <thread>
HEDDLE_PATTERN(sums, "some sum is seven") {
    const int a = heddle::choose(3);
    auto b = heddle::any<int>("b", 0, 10);
    std::atomic<int> seen{0};
    std::thread other([&] { seen = a; });
    other.join();
    heddle::ensure(!(b == 7 && seen.load() == 2), "not seven");
}
""",
}


class Failed(Exception):
    pass


def descendants(session):
    """Resident bytes of all processes of a session."""
    total = 0
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            fields = pathlib.Path(entry.path, "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += int(fields[21]) * 4096
    return total


def end_session(session):
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = pathlib.Path(entry.path, "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == session:
                    os.kill(int(entry.name), signal.SIGKILL)
            except OSError:
                pass


def run(words, folder, cache, slack=1.0):
    """The exit status and all that was printed. Raises Failed for what must not happen."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                   start_new_session=True, env={**os.environ, "HEDDLE_CACHE": str(cache)})
        begin, why = time.monotonic(), None
        while process.poll() is None and not why:
            time.sleep(0.02)
            if time.monotonic() - begin > SECONDS * slack:
                why = f"no answer within {SECONDS} s"
            elif int((time.monotonic() - begin) * 50) % 10 == 0 and descendants(process.pid) > BYTES:
                why = "more than a gigabyte"
        if why:
            end_session(process.pid)
            process.wait()
        out.seek(0)
        text = out.read().decode(errors="replace")
    if why:
        raise Failed(why)
    if process.returncode not in (0, 1, 2, 3):
        raise Failed(f"exit status {process.returncode}: {text[-800:]}")
    if "heddle itself" in text or "terminate called" in text:
        raise Failed(text[-800:])
    if "\x1b" in text:
        raise Failed(f"an escape sequence: {text!r}")
    return process.returncode, text


# --- damage ---------------------------------------------------------------------------------------------------------------

HUGE = [0, 1, -1, 2, 3, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1, 10**30, 1e308, -5]
WORDS = ["", "main", "race", "\x1b[31mred\x07", "x" * 5000, "../../etc/passwd", "/dev/zero", "data-race", "-fplugin=./x.so", "\u0000", "-1", "0x"]


def places(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], path + (key,))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from places(value[index], path + (index,))


def at(document, path):
    for step in path:
        document = document[step]
    return document


def put(document, path, value):
    if not path:
        return value
    at(document, path[:-1])[path[-1]] = value
    return document


def nested(random_, depth):
    return json.loads("[" * depth + "]" * depth) if depth < 900 else "deep"


def damaged_json(document, r):
    document = copy.deepcopy(document)
    for _ in range(r.choice([1, 1, 1, 2, 5])):
        everywhere = list(places(document))
        numbers = [p for p in everywhere if p and p[0] == "decisions"]
        path = r.choice(numbers if numbers and r.random() < 0.4 else everywhere)
        old = at(document, path)
        kind = r.randrange(8)
        if kind == 0:
            document = put(document, path, r.choice(HUGE))
        elif kind == 1:
            document = put(document, path, r.choice(WORDS))
        elif kind == 2:
            document = put(document, path, copy.deepcopy(at(document, r.choice(everywhere))))
        elif kind == 3:
            document = put(document, path, nested(r, r.choice([1, 10, 800])))
        elif kind == 4 and path and isinstance(at(document, path[:-1]), dict):
            del at(document, path[:-1])[path[-1]]
        elif kind == 4 and path and isinstance(at(document, path[:-1]), list):
            at(document, path[:-1]).pop(path[-1])
        elif kind == 5 and isinstance(old, int) and not isinstance(old, bool):
            document = put(document, path, old + r.choice([-2, -1, 1, 2, 1000]))
        elif kind == 6 and isinstance(old, list) and old:
            document = put(document, path, r.choice([old + old, old[::-1], old[:-1], []]))
        else:
            document = put(document, path, r.choice([None, True, {}, [], 0.5]))
        if not isinstance(document, dict):
            break
    return json.dumps(document).encode()


def damaged_bytes(data, r):
    data = bytearray(data)
    kind = r.randrange(6)
    if kind == 0:
        return bytes(data[:r.randrange(len(data))])
    if kind == 1:
        begin = r.randrange(len(data))
        del data[begin:begin + r.choice([1, 4, 8, 100])]
    elif kind == 2:
        begin = r.randrange(len(data))
        data[begin:begin] = bytes(r.randrange(256) for _ in range(r.choice([1, 8, 64])))
    elif kind == 3:
        begin = r.randrange(len(data))
        data[begin:begin + 8] = r.choice([b"\xff" * 8, b"\x00" * 8, (2**40).to_bytes(8, "little"), (2**63).to_bytes(8, "little")])
    elif kind == 4:
        return (b'{"schema":"heddle.trace/1","steps":' + b"[" * 100000) if r.random() < 0.2 else bytes(data) + bytes(data)
    else:
        for _ in range(r.choice([1, 2, 8, 50])):
            data[r.randrange(len(data))] ^= 1 << r.randrange(8)
    return bytes(data)


# --- the inputs that are damaged ------------------------------------------------------------------------------------------


class Originals:
    def __init__(self, heddle, folder):
        self.heddle, self.folder, self.cache = heddle, folder, folder / "cache"
        self.traces, self.recordings, self.verdicts = [], [], {}
        for name, text in PROGRAMS.items():
            (folder / name).write_text(text)
            _, out = run([heddle, "check", "--json", name], folder, self.cache, slack=12)
            result = json.loads(out[out.index("{"):])["results"][0]
            self.verdicts[name] = result["verdict"]
            if not result["trace"]:
                raise SystemExit(f"{name} has no trace to be damaged: {out}")
            self.traces.append(folder / result["trace"])
        for name in ("race.c", "stale.cpp", "deadlock.c"):
            record = folder / f"{name}.recording"
            run([heddle, "run", "--record", str(record), "--time-limit", "5s", name], folder, self.cache, slack=12)
            if record.exists():
                self.recordings.append(record)
        if not self.recordings:
            raise SystemExit("run --record has left no recording")


def write_case(kind, originals, r, folder):
    """A damaged file; the commands that must bear it."""
    heddle = originals.heddle
    if kind == "trace":
        original = r.choice(originals.traces)
        data = original.read_bytes()
        data = damaged_json(json.loads(data), r) if r.random() < 0.75 else damaged_bytes(data, r)
        damaged = folder / "damaged.json"
        damaged.write_bytes(data)
        return damaged, [[heddle, "replay", str(damaged)], [heddle, "report", str(damaged)]]
    original = r.choice(originals.recordings)
    damaged = folder / "damaged.recording"
    damaged.write_bytes(damaged_bytes(original.read_bytes(), r))
    return damaged, [[heddle, "predict", "--time", "2", str(damaged)], [heddle, "report", str(damaged)]]


def damage_cache(originals, r, folder):
    cache = folder / "cache"
    shutil.copytree(originals.cache, cache)
    files = sorted(p for p in cache.iterdir() if p.is_file() and p.suffix in (".so", ".manifest"))
    damaged = r.choice(files)
    damaged.write_bytes(damaged_bytes(damaged.read_bytes(), r) if r.random() < 0.9 else b"")
    return cache


def one_case(number, kind, seed, originals, keep):
    r = random.Random(f"{seed}/{number}")
    with tempfile.TemporaryDirectory(prefix="heddle-fuzz-") as name:
        folder = pathlib.Path(name)
        if kind == "cache":
            cache = damage_cache(originals, r, folder)
            program = r.choice(list(PROGRAMS))
            words = [originals.heddle, "check", "--json", "--trace-dir", str(folder / "traces"), program]
            try:
                # A program that is built again takes its time on a busy machine.
                _, out = run(words, originals.folder, cache, slack=6)
                verdict = json.loads(out[out.index("{"):])["results"][0]["verdict"]
                if verdict != originals.verdicts[program]:
                    raise Failed(f"{verdict} instead of {originals.verdicts[program]}")
            except (Failed, ValueError) as problem:
                return f"case {number} (cache, seed {seed}): {problem}"
            return None
        damaged, commands = write_case(kind, originals, r, folder)
        for words in commands:
            try:
                run(words, originals.folder, originals.cache)
            except Failed as problem:
                kept = keep / f"{number}-{damaged.name}"
                keep.mkdir(parents=True, exist_ok=True)
                shutil.copy(damaged, kept)
                return f"case {number} (seed {seed}): {' '.join(words[:-1])} {kept}\n    {problem}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("heddle", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", default=str(random.randrange(10**9)))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path("fuzz-failures"))
    parser.add_argument("--only", choices=["trace", "recording", "cache"])
    arguments = parser.parse_args()
    kinds = [arguments.only] if arguments.only else ["trace"] * 6 + ["recording"] * 3 + ["cache"]
    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="heddle-fuzz-originals-") as folder:
        originals = Originals(str(arguments.heddle.resolve()), pathlib.Path(folder))
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            failed = 0
            for problem in pool.map(lambda n: one_case(n, kinds[n % len(kinds)], arguments.seed, originals, arguments.keep.resolve()),
                                    range(arguments.count)):
                if problem:
                    failed += 1
                    print(problem, flush=True)
    print(f"{arguments.count - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
