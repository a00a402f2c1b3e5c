"""Dense random programs for compare.cpp: every thread is full, two or three atomic objects, fences between half of the accesses.

Sparse programs prove nothing: hardly any has two threads with a store, a fence and a load. Results are forgotten (one in three) and
equal values are written, or nothing merges.

    generate.py SEED COUNT KIND > FILE        KIND: any of sc, ra, relaxed, mixed, fences, locks, plain
"""
import random
import sys

ORDERS = {"load": ["relaxed", "acquire", "seq_cst"], "store": ["relaxed", "release", "seq_cst"],
          "rmw": ["relaxed", "acquire", "release", "acq_rel", "seq_cst"]}
STRENGTH = {"sc": ["seq_cst"], "ra": ["acquire", "release", "acq_rel", "seq_cst"], "relaxed": ["relaxed", "acquire", "release", "acq_rel"]}


def order(rng, kind, what):
    if kind == "fences":
        allowed = ["relaxed", "acquire", "release"]
    else:
        allowed = STRENGTH.get(kind, ["relaxed", "acquire", "release", "acq_rel", "seq_cst"])
    return "std::memory_order_" + rng.choice([o for o in ORDERS[what] if o in allowed] or ["seq_cst"])


def thread(rng, kind, t, variables, most):
    body, kept, held = [], [], []
    for i in range(rng.randint(2, most)):
        if kind in ("fences", "mixed") and i and rng.random() < 0.5:
            body.append(f"std::atomic_thread_fence(std::memory_order_{rng.choice(['acquire', 'release', 'acq_rel', 'seq_cst', 'seq_cst'])});")
        if kind in ("locks", "plain") and rng.random() < 0.5:
            m = rng.choice("mn")
            if m in held:
                body.append(f"{m}.unlock();")
                held.remove(m)
            elif m not in held and rng.random() < 0.2:
                body.append(f"if ({m}.try_lock()) {{ y.fetch_add(1); {m}.unlock(); }}")
            else:
                body.append(f"{m}.lock();")
                held.append(m)
        if kind == "plain" and rng.random() < 0.6:
            guarded = "p++;" if "m" in held else "{ std::lock_guard g(m); p++; }"
            body.append(rng.choice(["p = 1;", "out[7] = p;", guarded, guarded]))
        x = rng.choice(variables)
        what = rng.choice(["load", "load", "store", "store", "rmw", "cas"])
        if what == "load":
            r = f"r{i}"
            body.append(f"const int {r} = {x}.load({order(rng, kind, 'load')});")
            if rng.random() < 0.67:
                kept.append(r)
        elif what == "store":
            body.append(f"{x}.store({rng.choice([1, 1, 2])}, {order(rng, kind, 'store')});")
        elif what == "rmw":
            r = f"r{i}"
            body.append(f"const int {r} = {x}.{rng.choice(['fetch_add', 'exchange'])}({rng.choice([1, 2])}, {order(rng, kind, 'rmw')});")
            if rng.random() < 0.5:
                kept.append(r)
        else:
            r = f"r{i}"
            body.append(f"int {r} = {rng.choice([0, 1])}; {x}.compare_exchange_strong({r}, 2, {order(rng, kind, 'rmw')}, {order(rng, kind, 'load')});")
            if rng.random() < 0.5:
                kept.append(r)
    for m in reversed(held):
        body.append(f"{m}.unlock();")
    if kept:
        body.append(f"out[{t}] = " + " + ".join(f"{r} * {4 ** i}" for i, r in enumerate(kept)) + ";")
    return "[] { " + " ".join(body) + " }"


def main():
    seed, count, kind = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    rng = random.Random(seed)
    print('#include <atomic>\n#include <mutex>\n#include <thread>\n#include <heddle/heddle.hpp>\n'
          'std::atomic<int> x, y, z;\nstd::mutex m, n;\nint p;\nlong out[8];\n'
          'template <class... Bodies> void run(Bodies... bodies) { std::thread all[]{std::thread(bodies)...}; for (auto& t : all) t.join(); '
          'out[4] = x; out[5] = y; out[6] = z; }')
    for i in range(count):
        variables = rng.choice(["xy", "xy", "xyz"])
        count_of_threads = rng.choice([2, 2, 3, 3, 3])
        threads = [thread(rng, kind, t, variables, 4 if count_of_threads == 2 else 3) for t in range(count_of_threads)]
        print(f'HEDDLE_PATTERN(program_{i}, "") {{ run({", ".join(threads)}); }}')


main()
