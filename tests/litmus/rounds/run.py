#!/usr/bin/env python3
"""Rounds of a loop after which all is as it was are waits (docs/decisions/0014). Three comparisons with random programs:

  * rounds: retry loops that give back what they took (poll under a mutex, trylock until it succeeds, lock and back off, fetch_add undone
    by fetch_sub), and the same program with at most 1, 2, 3 failing rounds, counted in a variable. What each thread has seen at the
    end is the outcome. Every outcome of the bounded programs is one of the loops', and the other way round.
  * locals: waiting loops in main, over atomics that are locals of main while other threads write locals of main, and the same program
    with globals: as many executions, the same verdict. The same with the data unguarded: a data race in both.

    run.py --heddle build/heddle --programs 20 --seed 7 --compiler clang++ --optimise=-O2
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

HEAD = """#include <atomic>
#include <mutex>
#include <thread>
#include <heddle/heddle.hpp>
"""


def check(arguments, file, *options):
    command = [arguments.heddle, "check", "--explore", "graphs", "--json", "--jobs", "1", "--time-limit", "60s", "--trace-dir", str(file.parent), *options,
               str(file), "--", arguments.optimise]
    if arguments.compiler:
        command[2:2] = ["--compiler", arguments.compiler]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        results = json.loads(done.stdout)["results"]
        if any(r["verdict"] == "build-error" for r in results):
            raise KeyError
        return {r["pattern"]: r for r in results}, " ".join(command)
    except (ValueError, KeyError):
        sys.exit(f"no result from: {' '.join(command)}\n{done.stdout}{done.stderr}")


# --- rounds ----------------------------------------------------------------------------------------------------------

OUTCOMES = 27  # 0, 1, 2 for each of three threads

# Each thread leaves 0, 1 or 2 in its result. AGAIN stands for what ends a failing round: nothing, or counting it.
LOOPS = {
    "poll": "for (;;) { s.a.lock(); bool d = s.done; s.a.unlock(); if (d) break; AGAIN } r = s.x.load(std::memory_order_relaxed) != 0;",
    "trylock": "while (!s.a.try_lock()) { AGAIN } s.done = true; s.a.unlock(); r = s.x.load(std::memory_order_relaxed) != 0;",
    "back_off_ab": "for (;;) { s.a.lock(); if (s.b.try_lock()) break; s.a.unlock(); AGAIN } s.done = true; r = s.n++; s.b.unlock(); s.a.unlock();",
    "back_off_ba": "for (;;) { s.b.lock(); if (s.a.try_lock()) break; s.b.unlock(); AGAIN } s.done = true; r = s.n++; s.a.unlock(); s.b.unlock();",
    "add_and_sub": "while (s.x.fetch_add(1) != 0) { s.x.fetch_sub(1); AGAIN } r = s.n2++; s.x.fetch_sub(1);",
}
SEEING = {
    "try_a": "if (s.a.try_lock()) { s.done = true; s.a.unlock(); r = 1; } else r = 2;",
    "try_both": "if (s.a.try_lock()) { s.a.unlock(); r = 1; } if (s.b.try_lock()) { s.b.unlock(); ++r; }",
    "look_at_x": "r = s.x.load(std::memory_order_relaxed); if (r > 2) r = 2;",
    "bump_x": "r = s.x.fetch_add(1, std::memory_order_relaxed) != 0; s.x.fetch_sub(1, std::memory_order_relaxed);",
}


def rounds_program(choose):
    loops = choose.sample(sorted(LOOPS), choose.choice((1, 2)))
    if "poll" in loops and not {"trylock", "back_off_ab", "back_off_ba"} & set(loops):
        loops = ["poll", choose.choice(("trylock", "back_off_ab", "back_off_ba"))]
    seeing = choose.sample(sorted(SEEING), choose.choice((0, 1) if len(loops) == 2 else (1, 2)))
    names = loops + seeing
    choose.shuffle(names)
    return names


def rounds_source(names, bound):
    """One pattern for each outcome, which says that it does not happen."""
    again = f"if (++rounds > {bound}) heddle::assume(false);" if bound else ""
    threads = []
    for i, name in enumerate(names):
        body = (LOOPS.get(name) or SEEING[name]).replace("AGAIN", again)
        threads.append(f"[[gnu::noinline]] void thread{i}(State& s) {{ int r = 0; [[maybe_unused]] int rounds = 0; {body} s.result[{i}] = r; }}")
    start = "\n".join(f"    std::thread t{i}(thread{i}, std::ref(s));" for i in range(1, len(names)))
    join = "\n".join(f"    t{i}.join();" for i in range(1, len(names)))
    patterns = "\n".join(f'HEDDLE_PATTERN(outcome{k}, "") {{ run({k}); }}' for k in range(OUTCOMES))
    return f"""{HEAD}#include <functional>
struct State {{
    std::mutex a, b;
    bool done = false;
    int n = 0, n2 = 0, result[3] = {{}};
    std::atomic<int> x{{0}};
}};
{chr(10).join(threads)}
void run(int outcome) {{
    static State s;
{start}
    thread0(s);
{join}
    heddle::ensure(s.result[0] + 3 * s.result[1] + 9 * s.result[2] != outcome);
}}
{patterns}
"""


def outcomes_of(arguments, folder, names, bound):
    file = Path(folder) / f"rounds_{'_'.join(names)}_{bound}.cpp"
    file.write_text(rounds_source(names, bound))
    results, command = check(arguments, file)
    happen = {k for k in range(OUTCOMES) if results[f"outcome{k}"]["verdict"] == "assertion"}
    others = {r["verdict"] for r in results.values()} - {"assertion", "verified"}
    if bound:
        others.discard("inconclusive")  # nobody can tell that the bound was enough
    return happen, others, command


def test_rounds(arguments, folder, choose):
    names = rounds_program(choose)
    happen, others, command = outcomes_of(arguments, folder, names, 0)
    problems = [f"{command}\n  unexpected: {sorted(others)}"] if others else []
    bounded = set()
    for bound in (1, 2, 3):
        more, wrong, bounded_command = outcomes_of(arguments, folder, names, bound)
        if wrong:
            problems.append(f"{bounded_command}\n  unexpected: {sorted(wrong)}")
        if missed := more - happen:
            problems.append(f"{command}\n  misses outcomes {sorted(missed)}, which {bound} failing rounds have: {bounded_command}")
        bounded |= more
    if surplus := happen - bounded:
        problems.append(f"{command}\n  has outcomes {sorted(surplus)}, which three failing rounds do not have")
    return f"rounds of {', '.join(names)}: {len(happen)} outcomes", problems


# --- locals ----------------------------------------------------------------------------------------------------------

# The last two keep a value in a register over a round. Where that is another one at first, which depends on the compiler, the first
# failing round is part of the graphs: the verdicts are compared, the counts are not.
EXACT = 2
# Each takes what the flag says and notes that in `taken`: the last two wait for something else than that.
WAITS = [
    "while (flag.load(ACQ) != {v}) {{}} taken.store({v});",
    "do {{}} while (flag.load(ACQ) < {v}); taken.store({v});",
    "while (taken.load() == flag.load(ACQ)) {{}} taken.store(taken.load() + 1);",
    "for (;;) {{ int f = flag.load(ACQ); if (f == taken.load()) continue; taken.store(f); break; }}",
]


def locals_program(choose, guarded):
    """Whether the counts are to be compared; the other thread's body; main's waits."""
    values = choose.randint(1, 2)
    forms = WAITS[:EXACT] if choose.random() < 0.5 else WAITS
    other, waits = [], []
    for v in range(1, values + 1):
        if choose.random() < 0.6:
            other.append("(void)taken.load();")
        other.append(choose.choice(("item = {v};", "item = {v}; pair[1] = {v};", "pair[0] = item + {v}; item = {v};")).format(v=v))
        other.append(f"flag.store({v}, REL);")
        if guarded and v < values:
            other.append("while (seen.load(ACQ) < %d) {}" % v)
        waits.append(choose.choice(forms).format(v=v))
        if guarded:
            waits.append("sum += item + pair[1];")
            waits.append(f"seen.store({v}, REL);")
    if not guarded:
        waits.append("sum += item;")
        other.append("item = 77;")
    return forms is not WAITS, other, waits


DATA = "std::atomic<int> flag{0}, taken{0}, seen{0}; int item = 0; int pair[2] = {0, 0};"


def locals_source(program):
    _, other, waits = program
    text = HEAD
    for name, outside in (("locals", False), ("globals", True)):
        where = DATA if outside else ""
        body = "\n        ".join(waits)
        thread = "\n            ".join(other)
        text += f"""namespace {name} {{
{where}
void run() {{
    {"" if outside else DATA}
    int sum = 0;
    std::thread t([&] {{
            {thread}
    }});
        {body}
    t.join();
    heddle::ensure(sum < 1000);
}}
}}
HEDDLE_PATTERN(with_{name}, "") {{ {name}::run(); }}
"""
    return text.replace("ACQ", "std::memory_order_acquire").replace("REL", "std::memory_order_release")


def test_locals(arguments, folder, choose, number, guarded):
    program = locals_program(choose, guarded)
    file = Path(folder) / f"locals_{number}_{'guarded' if guarded else 'racy'}.cpp"
    file.write_text(locals_source(program))
    results, command = check(arguments, file)
    inside, outside = results["with_locals"], results["with_globals"]
    problems = []
    if inside["verdict"] != outside["verdict"] or (guarded and program[0] and inside["complete"] != outside["complete"]):
        problems.append(f"{command}\n  locals: {inside['verdict']}, {inside['complete']}; globals: {outside['verdict']}, {outside['complete']}")
    if (outside["verdict"] == "verified") != guarded:
        problems.append(f"{command}\n  {outside['verdict']}")
    return f"{file.name}: {inside['verdict']}, {inside['complete']} executions", problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--programs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compiler")
    parser.add_argument("--optimise", default="-O1")
    parser.add_argument("--keep", help="a folder for the programs, instead of one that is deleted")
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or temporary
        for number in range(arguments.seed, arguments.seed + arguments.programs):
            for part, test in enumerate((lambda c: test_rounds(arguments, folder, c), lambda c: test_locals(arguments, folder, c, number, True),
                         lambda c: test_locals(arguments, folder, c, number, False))):
                text, problems = test(random.Random(3 * number + part))
                print(f"seed {number}: {text}", flush=True)
                for problem in problems:
                    print(f"seed {number}: {problem}")
                failed += bool(problems)
    print(f"{3 * arguments.programs} programs compared, {failed} wrong")
    sys.exit(failed != 0)


main()
