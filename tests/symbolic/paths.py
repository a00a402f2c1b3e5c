#!/usr/bin/env python3
"""Each path of each execution exactly once: programs whose branches on inputs are added and deleted again by revisits.

    paths.py --heddle build/heddle [--programs 60 --seed 1] [--model sc]

The expected number of executions comes from an enumeration that shares nothing with the explorer: for every value of the
inputs every interleaving is run, and the distinct pairs of a graph (what each read reads from, the order of writes to each
variable) and a path (which way each branch and each compare_exchange went) are counted. All accesses are seq_cst, so that all three
models mean interleavings. Directed programs have the number derived by hand as well; those are made in every order of
their threads, since which event is added first, and so what a revisit deletes, depends on it. Then come random ones; the
i-th comes from seed + i, so a failure is repeated with --seed (its seed) --programs 1.

Wrong here would be: too few, an execution that no revisit leads to; too many, one that several lead to. The rule at stake is
that of checker/search/revisit.hpp: a false branch was added maximally when no inputs take the true way that go with
the conditions of Previous(e).
"""
import argparse
import itertools
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

VARIABLES = "XYZ"
INPUTS = "ab"
VALUES = range(0, 3)

# Statements, as tuples: ("load", register, variable), ("store", variable, expression), ("add", register, variable, expression),
# ("cas", register, variable, expected, desired): register is what was read, whether or not it succeeded;
# ("if", condition, then, otherwise), ("assume", condition).
# Expressions mean the same in C++ and Python.


def load(r, v): return ("load", r, v)
def store(v, e): return ("store", v, e)
def add(r, v, e): return ("add", r, v, e)
def cas(r, v, expected, desired): return ("cas", r, v, expected, desired)
def branch(c, then=(), otherwise=()): return ("if", c, list(then), list(otherwise))
def assume(c): return ("assume", c)


# Threads first, the number of executions, and where it comes from. `before`: what main does before it starts them.
DIRECTED = [
    ("a branch behind the revisited read is free",
     [[load("r", "X"), branch("a == 1")],
      [load("s", "Y"), store("X", "1")]], [], 4,
     "r in {0, 1}, times both ways; s has one write to read. A revisit from both ways would give 6."),
    ("the write's prefix decides the branch that it deletes",
     [[load("r", "X"), branch("a == 1")],
      [load("s", "Y"), branch("a == 1"), store("X", "1")]], [], 4,
     "r in {0, 1}, times both ways, the same in both threads. The false way is maximal, because the prefix says so."),
    ("a condition of main decides the branch",
     [[load("r", "X"), branch("a == 1")],
      [load("s", "Y"), store("X", "1")]], [branch("a == 1")], 4,
     "as before: what came first says it."),
    ("a deleted branch of a third thread decides nothing",
     [[load("r", "X"), branch("a == 1")],
      [load("t", "Z"), branch("a == 1")],
      [load("s", "Y"), load("u", "Y"), store("X", "1")]], [], 4,
     "r in {0, 1}, times both ways, the same in both threads. If the third thread's branch counted, false would be "
     "maximal, and its revisit a second way to the same graph."),
    ("an inequality of the prefix leaves the true way open",
     [[load("r", "X"), branch("a == 1")],
      [load("s", "Y"), branch("a >= 1"), store("X", "1")]], [], 6,
     "three pairs of ways (a = 0, 1, 2), times r in {0, 1}"),
    ("an inequality of the prefix leaves only the false way",
     [[load("r", "X"), branch("a == 2")],
      [load("s", "Y"), branch("a == 0", [store("X", "1")], [store("X", "2")])]], [], 6,
     "a = 0; not 0 and 2; not 0 and not 2: three pairs of ways, times r reads the start or the other's write"),
    ("an assumption in the prefix",
     [[load("r", "X"), branch("a == 1")],
      [load("s", "Y"), assume("a != 1"), store("X", "1")]], [], 2,
     "only the false way, times r in {0, 1}"),
    ("an assumption behind the revisited read",
     [[load("r", "X"), assume("a == r")],
      [load("s", "Y"), branch("a == 0"), store("X", "1")]], [], 2,
     "r = 0 with a = 0, true; r = 1 with a = 1, false"),
    ("an assumption behind the revisited read that the prefix contradicts",
     [[load("r", "X"), branch("r == 0", [assume("a == 0")])],
      [load("s", "Y"), branch("a == 0", [], [store("X", "1")])]], [], 2,
     "a = 0: nothing is stored, r = 0. Else the assumption is refused, but for r = 1."),
    ("two branches behind the read, the first settles the second",
     [[load("r", "X"), branch("a >= 1"), branch("a == 2")],
      [load("s", "Y"), store("X", "1")]], [], 6,
     "a = 0, 1, 2 are three paths, times r in {0, 1}; of a = 0 the second branch is maximal, the first is not"),
    ("the payload is the condition",
     [[load("r", "X"), branch("r == 1")],
      [load("s", "Y"), store("X", "a")]], [], 3,
     "r = 0; r = a, either way"),
    ("the payload under a branch of its writer",
     [[load("r", "X"), branch("a == 1"), load("q", "X"), branch("q == 1")],
      [load("s", "Y"), branch("a == 1"), store("X", "a")]], [], 6,
     "(start, start), (start, a), (a, a), times both ways of a == 1, which settle all else"),
    ("updates: the winner's payload",
     [[add("r", "X", "a"), branch("r == 1")],
      [load("s", "Y"), branch("a == 1"), add("q", "X", "1")]], [], 4,
     "two orders, times both ways of a == 1; r is 0 or 1"),
    ("a compare_exchange that the prefix lets fail",
     [[load("r", "X"), cas("q", "Y", "a", "2")],
      [load("s", "Z"), branch("a == 0"), store("X", "1")]], [], 4,
     "r in {0, 1}, times success exactly when a == 0"),
    ("a compare_exchange is what is revisited",
     [[cas("q", "X", "a", "2")],
      [load("s", "Z"), store("X", "1")]], [], 4,
     "reads 0 or 1, times success or failure; a write that succeeds has its place right behind what was read"),
    ("a failing compare_exchange settles a later branch",
     [[load("r", "X"), cas("q", "Y", "a", "1"), branch("a == 0")],
      [load("s", "Z"), load("t", "Z"), store("X", "1")]], [], 4,
     "success and a == 0, failure and not, times r in {0, 1}"),
    ("two inputs",
     [[load("r", "X"), branch("a == b")],
      [load("s", "Y"), branch("a == 0"), store("X", "1"), branch("b == 0")]], [], 10,
     "the ways of (a == 0, b == 0, a == b): yes yes yes, yes no no, no yes no, no no yes, no no no: 5, times r in {0, 1}"),
    ("two writers with contrary prefixes",
     [[load("r", "X"), branch("a == 1")],
      [load("s", "Z"), branch("a == 1", [store("X", "1")])],
      [load("t", "Z"), branch("a == 1", [], [store("X", "2")])]], [], 4,
     "a == 1: r in {0, 1}; else r in {0, 2}"),
    ("a chain of revisits",
     [[load("r", "X"), branch("a == 1", [store("Y", "1")], [store("Y", "2")])],
      [load("s", "Y"), branch("a == 1", [store("X", "1")], [store("X", "2")])]], [], 6,
     "both ways, times (r, s) from (start, start), (start, write), (write, start)"),
]


# ---- the enumeration

def evaluate(expression, names):
    return eval(expression, {"__builtins__": {}}, names)


class Run:
    """A state of one run: what is left of each thread, registers, memory as the sequence of writes to each variable."""

    def __init__(self, threads, inputs):
        self.left = [tuple(t) for t in threads]
        self.names = [dict(inputs) for _ in threads]
        self.writes = {v: ((-1, 0, 0),) for v in VARIABLES}  # (thread, its how manieth event, value), in mo
        self.did = [() for _ in threads]

    def copy(self):
        other = Run.__new__(Run)
        other.left, other.names = list(self.left), [dict(n) for n in self.names]
        other.writes, other.did = dict(self.writes), list(self.did)
        return other

    def step(self, t):
        """The next statement of thread t. False: an assumption does not hold."""
        statement, self.left[t] = self.left[t][0], self.left[t][1:]
        kind, names = statement[0], self.names[t]

        def note(*what): self.did[t] += (what,)
        def write(v, value): self.writes[v] += ((t, len(self.did[t]), value),)
        if kind == "load":
            _, r, v = statement
            thread, event, names[r] = self.writes[v][-1]
            note("reads", v, thread, event)
        elif kind == "store":
            _, v, e = statement
            write(v, evaluate(e, names))
            note("writes", v)
        elif kind in ("add", "cas"):
            r, v = statement[1:3]
            thread, event, old = self.writes[v][-1]
            new = old + evaluate(statement[3], names) if kind == "add" else evaluate(statement[4], names)
            succeeds = kind == "add" or old == evaluate(statement[3], names)
            if succeeds:
                write(v, new)
            names[r] = old
            note("updates", v, thread, event, succeeds)
        elif kind == "if":
            _, c, then, otherwise = statement
            taken = bool(evaluate(c, names))
            self.left[t] = tuple(then if taken else otherwise) + self.left[t]
            note("branch", taken)
        else:
            note("assumes")
            return bool(evaluate(statement[1], names))
        return True

    def execution(self):
        return (tuple(self.did), tuple(tuple(w[:2] for w in self.writes[v]) for v in VARIABLES))


class TooMany(Exception):
    pass


def enumerate_executions(program, most=10**6):
    """Distinct complete executions with their paths, over all inputs."""
    found, states = set(), 0
    for values in itertools.product(VALUES, repeat=len(INPUTS)):
        inputs = dict(zip(INPUTS, values))
        main = Run([program.before], inputs)
        if not all(main.step(0) for _ in iter(lambda: bool(main.left[0]), False)):
            continue
        start = Run(program.threads, inputs)
        open_, seen = [start], set()
        while open_:
            run = open_.pop()
            runnable = [t for t in range(len(run.left)) if run.left[t]]
            if not runnable:
                found.add((main.did[0], *run.execution()))
            for t in runnable:
                next_ = run.copy()
                if not next_.step(t):
                    continue
                key = next_.execution()
                if key not in seen:
                    seen.add(key)
                    open_.append(next_)
                    states += 1
                    if states > most:
                        raise TooMany
    return len(found)


# ---- C++

class Program:
    def __init__(self, name, threads, before=(), told=""):
        self.name, self.threads, self.before, self.told = name, [list(t) for t in threads], list(before), told

    def code(self, statements):
        text = []
        for s in statements:
            kind = s[0]
            if kind == "load":
                text.append(f"{s[1]} = {s[2]}.load();")
            elif kind == "store":
                text.append(f"{s[1]}.store(Int({s[2]}));")
            elif kind == "add":
                text.append(f"{s[1]} = {s[2]}.fetch_add(Int({s[3]}));")
            elif kind == "cas":
                text.append(f"{s[1]} = Int({s[3]}); if ({s[2]}.compare_exchange_strong({s[1]}, Int({s[4]}))) {{}}")
            elif kind == "if":
                text.append(f"if ({s[1]}) {{ {self.code(s[2])} }} else {{ {self.code(s[3])} }}")
            else:
                text.append(f"heddle::assume({s[1]});")
        return " ".join(text)

    def registers(self, statements):
        for s in statements:
            if s[0] in ("load", "add", "cas"):
                yield s[1]
            elif s[0] == "if":
                yield from self.registers(s[2] + s[3])

    def function(self):
        lines = [f'HEDDLE_PATTERN({self.name}, "") {{',
                 f"    std::atomic<Int> {', '.join(v + '{0}' for v in VARIABLES)};",
                 *(f'    const Int {i} = heddle::any<int>("{i}", {VALUES[0]}, {VALUES[-1]});' for i in INPUTS),
                 f"    {self.code(self.before)}"]
        for i, thread in enumerate(self.threads):
            declared = "".join(f"Int {r} = 0; (void){r}; " for r in sorted(set(self.registers(thread))))
            lines.append(f"    std::thread t{i}([&] {{ {declared}{self.code(thread)} }});")
        return "\n".join([*lines, *(f"    t{i}.join();" for i in range(len(self.threads))), "}", ""])


def file_of(programs):
    return "\n".join(["#include <atomic>", "#include <thread>", "#include <heddle/heddle.hpp>", "",
                      "using Int = heddle::symbolic<int>;", "", *(p.function() for p in programs)])


# ---- random programs

def random_program(seed):
    """Two or three threads; the first statement of most is a load, since what comes behind one comes late."""
    choose = random.Random(f"paths {seed}")
    names = iter(f"r{i}" for i in range(100))

    def expression(known):
        return choose.choice([*INPUTS, *INPUTS, *known, "0", "1", "2"])

    def condition(known):
        left = choose.choice([*INPUTS, *known])
        return f"{left} {choose.choice(['==', '==', '!=', '<', '>='])} {choose.choice(['0', '1', '1', '2', 'a', 'b'])}"

    def block(length, known, depth):
        known, statements = list(known), []
        for _ in range(length):
            kind = choose.choices(["load", "store", "add", "cas", "if", "assume"], [5, 4, 1, 2, 6 if depth else 0, 1])[0]
            v = choose.choice("XXYZ")
            if kind in ("load", "add", "cas"):
                r = next(names)
                extra = [expression(known) for _ in range({"load": 0, "add": 1, "cas": 2}[kind])]
                statements.append((kind, r, v, *extra))
                known.append(r)
            elif kind == "store":
                statements.append(store(v, expression(known)))
            elif kind == "if":
                statements.append(branch(condition(known), block(choose.randint(0, 2), known, depth - 1),
                                         block(choose.randint(0, 1), known, depth - 1)))
            else:
                statements.append(assume(condition(known)))
        return statements

    threads = []
    for length in choose.choice([(4, 4), (3, 4), (2, 2, 3), (3, 2, 2), (5, 3)]):
        r = next(names)
        first = [load(r, choose.choice(VARIABLES))] if choose.random() < 0.8 else []
        threads.append(first + block(length - len(first), [r] if first else [], 2))
    return Program(f"random_{seed}", threads, [], f"seed {seed}")


# ---- the comparison

def directed_programs():
    for i, (told, threads, before, expected, _) in enumerate(DIRECTED):
        for order in itertools.permutations(range(len(threads))):
            name = f"directed_{i}_" + "".join(map(str, order))
            yield Program(name, [threads[t] for t in order], before, f"{told} (order {order})"), expected


def counts(heddle, file, model):
    command = [heddle, "check", "--json", "--model", model, "--trace-dir", str(file.parent), str(file), "--", "-Wno-all"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    try:
        return {r["pattern"]: (r["verdict"], r["complete"]) for r in json.loads(done.stdout)["results"]}
    except (ValueError, KeyError):
        sys.exit(f"no result from: {' '.join(command)}\n{done.stdout}{done.stderr}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heddle", required=True)
    parser.add_argument("--programs", type=int, default=60, help="random ones (default: 60)")
    parser.add_argument("--seed", type=int, help="of the first random program (default: a random one, printed)")
    parser.add_argument("--model", action="append", help="default: sc and rc11")
    parser.add_argument("--per-file", type=int, default=60, help="patterns in a translation unit (default: 60)")
    arguments = parser.parse_args()
    first = arguments.seed if arguments.seed is not None else random.randrange(10**6)
    print(f"random programs of the seeds {first} to {first + arguments.programs - 1}", flush=True)

    expected, bad, large = {}, 0, 0
    programs = []
    for program, by_hand in directed_programs():
        programs.append(program)
        expected[program.name] = enumerate_executions(program)
        if expected[program.name] != by_hand:
            print(f"FAIL {program.name}, {program.told}: {by_hand} by hand, {expected[program.name]} enumerated", flush=True)
            bad += 1
    for seed in range(first, first + arguments.programs):
        program = random_program(seed)
        try:
            expected[program.name] = enumerate_executions(program, 150_000)
            programs.append(program)
        except TooMany:
            large += 1

    folder = Path(tempfile.mkdtemp(prefix="heddle_paths_"))
    for start in range(0, len(programs), arguments.per_file):
        some = programs[start:start + arguments.per_file]
        file = folder / f"paths_{start}.cpp"
        file.write_text(file_of(some))
        for model in arguments.model or ["sc", "rc11"]:
            found = counts(arguments.heddle, file, model)
            for program in some:
                n = expected[program.name]
                wanted = ("verified" if n else "inconclusive", n)
                if found[program.name] != wanted:
                    print(f"FAIL {program.name}, {program.told}, {model} ({file}): {found[program.name]}, expected {wanted}", flush=True)
                    bad += 1
        print(f"{start + len(some)} of {len(programs)} programs compared", flush=True)
    print(f"{len(programs)} programs, {large} more were too large, {sum(expected.values())} executions, {bad} differences")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
