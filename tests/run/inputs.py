#!/usr/bin/env python3
"""Other inputs of a run on real threads: predicted, confirmed, replayed; wherever the values went in between. What is correct
raises no alarm, what cannot be followed is said to be so.

    inputs.py HEDDLE
"""
import json
import pathlib
import subprocess
import sys
import tempfile

HEDDLE = sys.argv[1]
problems = []
work = tempfile.TemporaryDirectory(prefix="heddle-inputs-")
folder = pathlib.Path(work.name)
HEAD = """#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>
#include <sys/wait.h>
#include <unistd.h>
#include <heddle/heddle.hpp>
using heddle::any; using heddle::symbolic; using heddle::ensure; using heddle::assume; using heddle::select;
"""


def run(*words):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=120)


def check(holds, what):
    if not holds:
        problems.append(what)


def record(name, text, seed, *words):
    source = folder / f"{name}.cpp"
    source.write_text(HEAD + text)
    recording = folder / f"{name}.{seed}.recording"
    ran = run(HEDDLE, "run", source, "--noise", "--seed", seed, "--record", recording, "--hang-after", "5s", *words)
    return ran, recording


def predict(recording):
    done = run(HEDDLE, "predict", recording, "--json", "--trace-dir", folder / "traces")
    try:
        return done.returncode, json.loads(done.stdout), done.stderr
    except ValueError:
        return done.returncode, {"findings": [], "not_looked_at": {}, "looked_at": {}}, done.stdout + done.stderr


def values(finding):
    return {i["name"]: i["value"] for i in finding["inputs"]}


# name: program, kind, the inputs for which it fails (those that the recording had may be others)
FOUND = {
    "through_an_atomic": ("""int main() {
        auto x = any<std::uint32_t>("x"); std::atomic<symbolic<std::uint32_t>> box{0};
        std::thread t([&] { box.store(x * 3u); }); t.join();
        ensure(box.load() != 0x30000000u - 0x10000003u, "not that one"); }""", "assertion", {"x": str((0x30000000 - 0x10000003) * pow(3, -1, 2**32) % 2**32)}),
    "through_atomic_sums": ("""int main() {
        auto x = any<int>("x", 0, 100000), y = any<int>("y", 0, 100000); std::atomic<symbolic<int>> sum{7};
        std::thread t([&] { sum += x; }), u([&] { sum.fetch_add(y * 2); }); t.join(); u.join();
        ensure(sum.load() != 300007, "not all of it"); }""", "assertion", {"x": "100000", "y": "100000"}),
    "through_compare_exchange": ("""int main() {
        auto x = any<std::uint8_t>("x", 1, 200); std::atomic<symbolic<std::uint8_t>> v{5};
        std::thread t([&] { symbolic<std::uint8_t> old = v.load(); while (!v.compare_exchange_weak(old, old + x)) {} }); t.join();
        ensure(v.load() != 104, "99 more"); }""", "assertion", {"x": "99"}),
    "through_a_queue": ("""std::mutex m; std::condition_variable c; std::deque<symbolic<long>> queue; int main() {
        std::thread t([] { for (int i = 0; i < 3; ++i) { std::unique_lock l(m); c.wait(l, [] { return !queue.empty(); });
            auto v = queue.front(); queue.pop_front(); ensure(v != 1234567890123L, "the odd one"); } });
        auto x = any<long>("x"); for (int i = 0; i < 3; ++i) { { std::lock_guard g(m); queue.push_back(x + i); } c.notify_one(); }
        t.join(); }""", "assertion", {"x": "1234567890123"}),
    "after_branches": ("""int main() {
        auto x = any<int>("x", 0, 1000); symbolic<int> y = 0;
        std::thread t([&] { if (x < 2000) y = x + 1; else y = 5; }); t.join();
        if (y > 0) ensure(y != 501, "in the middle"); }""", "assertion", {"x": "500"}),
    "the_other_way": ("""int main() {
        auto x = any<std::int64_t>("x"); int n = 0; std::thread t([&] { if (x == 123456789012345) n = 1; }); t.join();
        ensure(n == 0, "a plain number"); }""", "assertion", {"x": "123456789012345"}),
    "a_failing_assert": ("""#include <cassert>
        int main() { auto x = any<std::uint64_t>("x"); std::thread t([&] { assert((x ^ 0xffu) != 0x1234567800ffu); }); t.join(); }""",
                         "assertion", {"x": str(0x123456780000)}),
    "a_division": ("""int main() { auto x = any<int>("x", -1000, 1000); symbolic<int> y = 0; std::thread t([&] { y = 100 / (x * 2 - 466); });
        t.join(); }""", "crash", {"x": "233"}),
    "an_assumption_that_did_not_hold": ("""int main() { auto x = any<std::uint32_t>("x"); assume(x == 77777u);
        std::thread t([&] { ensure(x % 7u != 0u, "a multiple"); }); t.join(); }""", "assertion", {"x": "77777"}),
    "asked_for_in_threads": ("""std::mutex m; symbolic<int> sum = 0; int main() { std::vector<std::thread> all;
        for (int i = 0; i < 3; ++i) all.emplace_back([] { auto x = any<int>("x", 0, 1000); std::lock_guard g(m); sum += x; });
        for (auto& t : all) t.join(); ensure(sum != 3000, "all of them at once"); }""", "assertion", {"x of T1": "1000", "x of T2": "1000", "x of T3": "1000"}),
    "a_boolean": ("""int main() { auto a = any<bool>("a"), b = any<bool>("b"); auto n = any<std::int8_t>("n"); std::thread t([&] {
        ensure(!(a & !b & (n == -128)), "one of 1024"); }); t.join(); }""", "assertion", {"a": "true", "b": "false", "n": "-128"}),
    "in_a_map": ("""int main() { auto k = any<int>("k", 0, 9999); std::map<int, symbolic<int>> map; std::mutex m;
        std::thread t([&] { std::lock_guard g(m); map[1] = k; }); t.join(); std::lock_guard g(m); ensure(map[1] + map[2] != 4321, "that key"); }""",
                 "assertion", {"k": "4321"}),
    "with_choices": ("""int main() { const unsigned c = heddle::choose(3); auto x = any<int>("x"); std::thread t([&] {
        ensure(x + int(c) != 1000 + int(c), "whatever is chosen"); }); t.join(); }""", "assertion", {"x": "1000"}),
}
for name, (text, kind, wanted) in FOUND.items():
    for seed in (1, 2, 3):
        ran, recording = record(name, text, seed)
        again = f"{name} --seed {seed}"
        if ran.returncode == 1:
            continue  # it had the value
        check(ran.returncode == 0, f"{again}: {ran.returncode} {ran.stdout} {ran.stderr}")
        status, document, errors = predict(recording)
        findings = [f for f in document["findings"] if f["kind"] == kind]
        check(status == 1 and len(findings) == 1 and findings[0]["confirmed"], f"{again}: {status} {json.dumps(document)[:1500]} {errors}")
        if not findings:
            continue
        told = findings[0]["violation"]["values"]
        check(all(values(findings[0]).get(n) == v or told.get(n) == v for n, v in wanted.items()),
              f"{again}: {values(findings[0])}, {told}, not {wanted}")
        replayed = run(HEDDLE, "replay", findings[0]["trace"])
        check(replayed.returncode == 1 and f"the same {kind} again" in replayed.stdout, f"{again}: {replayed.stdout[-300:]}{replayed.stderr}")

CORRECT = {
    "conserved": """int main() { auto x = any<std::uint32_t>("x"); std::atomic<symbolic<std::uint32_t>> a{5}, b{7};
        std::thread t([&] { a -= x; b += x; }); t.join(); ensure(a.load() + b.load() == 12, "conserved"); }""",
    "guarded": """int main() { auto x = any<int>("x"), y = any<int>("y"); symbolic<int> q = 0; std::thread t([&] { if (y != 0 && y != -1) q = x / y;
        ensure(y == 0 || y == -1 || q * y + x % y == x, "division"); }); t.join(); }""",
    "assumed": """int main() { auto x = any<int>("x", -50, 50); assume(x > -60); symbolic<int> y = 0; std::thread t([&] { y = select(x < 0, 0 - x, x); });
        t.join(); ensure(y >= 0, "a magnitude"); ensure(y <= 50, "in range"); }""",
    "concrete": """int main() { auto x = any<int>("x", 0, 20); int total = 0; std::thread t([&] { total = heddle::concrete(x); }); t.join();
        ensure(x == total, "the same number"); }""",
    "a_child_process": """int main() { auto x = any<int>("x", 0, 9); std::thread t([&] { ensure(x < 10, "small"); }); t.join();
        const pid_t child = fork(); if (child == 0) { auto y = any<int>("y", 0, 9); ensure(x + y < 20, "small"); _exit(0); }
        int status = 1; waitpid(child, &status, 0); ensure(status == 0, "the child"); }""",
}
for name, text in CORRECT.items():
    for seed in range(1, 6):
        ran, recording = record(name, text, seed)
        check(ran.returncode == 0, f"{name} --seed {seed}: {ran.returncode} {ran.stdout} {ran.stderr}")
        status, document, errors = predict(recording)
        check(status == 0 and document["findings"] == [] and document["looked_at"]["conditions"] > 0,
              f"{name} --seed {seed}: {status} {document} {errors}")

# More than is followed: the run goes on with numbers, and says so; what was found before still counts.
ran, recording = record("too_much", """int main() { auto x = any<std::uint32_t>("x"), y = any<std::uint32_t>("y");
    std::thread early([&] { ensure(y != 424242u, "early"); }); early.join();
    symbolic<std::uint32_t> h = x; for (int i = 0; i < 1000000; ++i) h = (h ^ x) * 16777619u;
    std::thread late([&] { ensure(h != 99u, "late"); }); late.join(); }""", 1)
check(ran.returncode == 0, f"too_much: {ran.returncode} {ran.stdout} {ran.stderr}")
check(recording.stat().st_size < 64 << 20, f"too_much: {recording.stat().st_size} bytes")
status, document, errors = predict(recording)
check(status == 1 and [values(f) for f in document["findings"]] == [{"y": "424242"}], f"too_much: {status} {document} {errors}")
check(document["not_looked_at"].get("operations_on_inputs_cut", 0) > 400000, f"too_much: {document['not_looked_at']}")
text = run(HEDDLE, "predict", recording).stdout
check("operations on inputs of which only the result was kept" in text, f"too_much: {text[-500:]}")

# A full recording: conditions are missing, and that is said.
ran, recording = record("full", """int main() { auto x = any<std::uint32_t>("x"); symbolic<std::uint32_t> h = 0;
    std::thread t([&] { for (std::uint32_t i = 0; i < 200000; ++i) { h = x ^ i; if (h == 123456789u + i) h = 7; } ensure(h != 7u, "seven"); }); t.join(); }""",
                        1, "--record-limit", "1")
check(ran.returncode == 3 and "the recording is full" in ran.stdout, f"full: {ran.returncode} {ran.stdout} {ran.stderr}")
status, document, errors = predict(recording)
check(status in (0, 1) and document["not_looked_at"].get("events_lost", 0) > 0 and all(f["confirmed"] for f in document["findings"]),
      f"full: {status} {document} {errors}")

# Patterns: with --predict at once, and each pattern's own recording
source = folder / "patterns.cpp"
source.write_text(HEAD + """
HEDDLE_PATTERN(one, "one") { auto a = any<int>("a"); std::thread t([&] { ensure(a != 11, "eleven"); }); t.join(); }
HEDDLE_PATTERN(two, "two") { auto b = any<int>("b"); std::thread t([&] { ensure(b != 22, "twenty-two"); }); t.join(); }
""")
done = run(HEDDLE, "run", source, "--noise", "--seed", "5", "--predict", "--json")
results = json.loads(done.stdout)["results"]
check(done.returncode == 1 and [[values(f) for f in r["predicted"]["findings"]] for r in results] == [[{"a": "11"}], [{"b": "22"}]],
      f"patterns: {done.returncode} {done.stdout[:2000]} {done.stderr}")
done = run(HEDDLE, "run", source, "--seed", "5", "--record", folder / "all.rec")
check((folder / "all.patterns.one.rec").exists() and (folder / "all.patterns.two.rec").exists() and not (folder / "all.rec").exists(), f"patterns: {done.stdout}")

print("\n".join(problems + [f"{len(problems)} problems"]))
sys.exit(1 if problems else 0)
