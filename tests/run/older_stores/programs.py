"""Random small programs over atomics of all memory orders, as C++ with one HEDDLE_PATTERN each, and the classical ones.

A program says which outcomes it has seen: each pattern appends a line "NAME values…" for every outcome (all registers, then
all variables) to the file OUTCOMES. Explored, that is one line for each outcome (a thread that reads what it has read
before is not run again); on real threads (ROUNDS > 1) one for each different outcome of all rounds. The line is written past the checker, by a system call of its own.
"""
import random
from dataclasses import dataclass

LOADS = ("relaxed", "relaxed", "acquire", "seq_cst")
STORES = ("relaxed", "relaxed", "release", "seq_cst")
UPDATES = ("relaxed", "acquire", "release", "acq_rel", "seq_cst")
FENCES = ("acquire", "release", "acq_rel", "seq_cst", "seq_cst")
CONSTANT = {"relaxed": "__ATOMIC_RELAXED", "acquire": "__ATOMIC_ACQUIRE", "release": "__ATOMIC_RELEASE", "acq_rel": "__ATOMIC_ACQ_REL",
            "seq_cst": "__ATOMIC_SEQ_CST"}


@dataclass(frozen=True)
class Operation:
    """kind: load, store, exchange, fetch_add, cas (its failure has the order `failure`), fence."""
    kind: str
    order: str
    variable: str = ""
    value: int = 0
    expected: int = 0
    failure: str = "relaxed"

    def statement(self, register):
        order, at = CONSTANT[self.order], "&" + self.variable
        match self.kind:
            case "load": return f"{register} = __atomic_load_n({at}, {order});"
            case "store": return f"__atomic_store_n({at}, {self.value}, {order});"
            case "exchange": return f"{register} = __atomic_exchange_n({at}, {self.value}, {order});"
            case "fetch_add": return f"{register} = __atomic_fetch_add({at}, {self.value}, {order});"
            case "cas": return (f"{{ int found = {self.expected}; __atomic_compare_exchange_n({at}, &found, {self.value}, 0, {order}, "
                                f"{CONSTANT[self.failure]}); {register} = found; }}")
            case "fence": return f"__atomic_thread_fence({order});"
        raise ValueError(self.kind)

    def yields(self):
        return self.kind not in ("store", "fence")


def random_program(seed):
    """Equal seeds give equal programs."""
    return random_cycle(seed) if seed % 2 else random_threads(seed)


def random_cycle(seed):
    """Threads whose accesses go round the variables: what a weak outcome has to look like (Alglave, Maranget: diy). Where nobody
    would store to a variable, one more thread does."""
    choice = random.Random(seed)
    count = choice.choice((2, 2, 3, 3, 4))
    variables = "xyzw"[:count]
    values = iter(range(1, 100))
    mostly_fences = choice.random() < 0.5

    def order(among):
        if mostly_fences and choice.random() < 0.7: return "relaxed"
        return "seq_cst" if not mostly_fences and choice.random() < 0.6 else choice.choice(among)

    def access(variable, stores):
        if choice.random() < stores:
            if choice.random() < 0.2:
                return Operation("exchange", order(UPDATES), variable, next(values))
            return Operation("store", order(STORES), variable, next(values))
        return Operation("load", order(LOADS), variable)

    threads = []
    for i in range(count):
        thread = [access(variables[i], 0.6)]
        if choice.random() < (0.9 if mostly_fences else 0.2):
            thread.append(Operation("fence", choice.choice((*FENCES, *["seq_cst"] * 6))))
        thread.append(access(variables[(i + 1) % count], 0.25))
        if choice.random() < 0.15:
            thread.append(access(choice.choice(variables), 0.5))
        threads.append(thread)
    stored = {op.variable for thread in threads for op in thread if op.kind not in ("load", "fence")}
    if missing := [v for v in variables if v not in stored]:
        thread = [access(v, 1) for v in missing]
        if len(thread) > 1 and choice.random() < 0.4:
            thread.insert(1, Operation("fence", choice.choice(FENCES)))
        threads.append(thread)
    return threads


def random_threads(seed):
    """2 to 4 threads of 2 to 4 operations each, at most 9 accesses."""
    choice = random.Random(seed)
    values = iter(range(1, 100))  # every store writes a value of its own, so that outcomes tell them apart
    variables = choice.choice(("xy", "xy", "xyz", "x"))
    strong = choice.random()  # some programs have many seq_cst operations, some none
    count = choice.choice((2, 3, 3, 4))
    accesses, threads, stored = 9 if count < 4 else 8, [], [0]

    def order(among):
        return "seq_cst" if choice.random() < strong / 2 else choice.choice(among)

    for _ in range(count):
        thread = []
        for _ in range(choice.choice((2, 3, 4)) if count < 4 else choice.choice((1, 2, 3))):
            kind = choice.choice(("load", "load", "load", "load", "store", "store", "store", "update", "fence", "fence"))
            variable = choice.choice(variables)
            if kind == "fence" and thread and thread[-1].kind != "fence":
                thread.append(Operation("fence", order(FENCES)))
                continue
            if not accesses:
                break
            accesses -= 1
            value = next(values)
            if kind == "update":
                kind = choice.choice(("exchange", "fetch_add", "cas"))
                expected = choice.choice(stored)
                if kind != "fetch_add": stored.append(value)
                thread.append(Operation(kind, order(UPDATES), variable, 10 * value if kind == "fetch_add" else value,
                                        expected if kind == "cas" else 0, choice.choice(("relaxed", "acquire", "seq_cst"))))
            elif kind == "store":
                stored.append(value)
                thread.append(Operation("store", order(STORES), variable, value))
            else:
                thread.append(Operation("load", order(LOADS), variable))
        if thread:
            threads.append(thread)
    return threads


def _load(variable, order="relaxed"): return Operation("load", order, variable)
def _store(variable, value=1, order="relaxed"): return Operation("store", order, variable, value)
def _fence(order="seq_cst"): return Operation("fence", order)


_READERS = [[_load("x", "acquire"), _load("y", "acquire")], [_load("y", "acquire"), _load("x", "acquire")]]
# name, threads, the registers' values of a weak outcome, whether it must be seen
CLASSICAL = [
    ("message_passing_relaxed", [[_store("x"), _store("y")], [_load("y"), _load("x")]], (1, 0), True),
    ("message_passing_release", [[_store("x"), _store("y", order="release")], [_load("y", "acquire"), _load("x")]], (1, 0), False),
    ("message_passing_fences", [[_store("x"), _fence("release"), _store("y")], [_load("y"), _fence("acquire"), _load("x")]], (1, 0), False),
    ("message_passing_one_fence", [[_store("x"), _fence("release"), _store("y")], [_load("y"), _load("x")]], (1, 0), True),
    ("store_buffering_relaxed", [[_store("x"), _load("y")], [_store("y"), _load("x")]], (0, 0), True),
    ("store_buffering_fences", [[_store("x"), _fence(), _load("y")], [_store("y"), _fence(), _load("x")]], (0, 0), False),
    ("store_buffering_one_fence", [[_store("x"), _fence(), _load("y")], [_store("y"), _load("x")]], (0, 0), True),
    ("store_buffering_seq_cst", [[_store("x", order="seq_cst"), _load("y", "seq_cst")], [_store("y", order="seq_cst"), _load("x", "seq_cst")]],
     (0, 0), False),
    ("store_buffering_fence_and_seq_cst", [[_store("x", order="seq_cst"), _load("y", "seq_cst")], [_store("y"), _fence(), _load("x")]],
     (0, 0), False),
    ("load_buffering_relaxed", [[_load("x"), _store("y")], [_load("y"), _store("x")]], (1, 1), False),
    ("coherence", [[_store("x", 1), _store("x", 2)], [_load("x"), _load("x")]], (2, 1), False),
    ("independent_reads_acquire", [[_store("x", order="release")], [_store("y", order="release")], *_READERS], (1, 0, 1, 0), True),
    ("independent_reads_seq_cst_loads", [[_store("x", order="release")], [_store("y", order="release")],
                                         [_load("x", "seq_cst"), _load("y", "seq_cst")], [_load("y", "seq_cst"), _load("x", "seq_cst")]],
     (1, 0, 1, 0), None),  # C++20 and RC11 differ
    ("independent_reads_fences", [[_store("x")], [_store("y")], [_load("x"), _fence(), _load("y")], [_load("y"), _fence(), _load("x")]],
     (1, 0, 1, 0), False),
    ("independent_reads_seq_cst", [[_store("x", order="seq_cst")], [_store("y", order="seq_cst")],
                                   [_load("x", "seq_cst"), _load("y", "seq_cst")], [_load("y", "seq_cst"), _load("x", "seq_cst")]],
     (1, 0, 1, 0), False),
    ("three_threads_relaxed", [[_store("x")], [_load("x"), _store("y")], [_load("y", "acquire"), _load("x")]], (1, 1, 0), True),
    ("three_threads_read_before", [[_store("x")], [_load("x"), _store("y", order="release")], [_load("y", "acquire"), _load("x")]],
     (1, 1, 0), False),  # the second thread's read happens before the third's
    ("three_threads_release", [[_store("x", order="release")], [_load("x", "acquire"), _store("y", order="release")],
                               [_load("y", "acquire"), _load("x")]], (1, 1, 0), False),
    ("old_value_twice", [[_store("x", 1), _store("x", 2), _store("y")], [_load("y"), _load("x"), _load("x")]], (1, 0, 1), True),
]


def emit(programs):
    """`programs`: name -> threads."""
    lines = ["// ROUNDS: how often each program is run. OUTCOMES: the file that gets the outcomes.", "#include <pthread.h>",
             "#include <heddle/heddle.hpp>", "", "namespace {", """
long call(long number, long a, long b, long c) {
    long result;
    asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

struct Line {
    char text[160];
    int length = 0;
    void add(char c) { text[length++] = c; }
    void add(int value) {
        add(' ');
        char digits[12];
        int count = 0;
        do digits[count++] = char('0' + value % 10); while (value /= 10);
        while (count) add(digits[--count]);
    }
    bool operator==(const Line& other) const { return length == other.length && !__builtin_memcmp(text, other.text, length); }
};

Line seen[ROUNDS < 1000 ? ROUNDS : 1000];
int seen_count;

void say(const Line& line) {
    for (int i = 0; i < seen_count; ++i)
        if (seen[i] == line) return;
    if (seen_count < int(sizeof seen / sizeof *seen)) seen[seen_count++] = line;
    const long file = call(2, long(OUTCOMES), 02001, 0); // open for appending
    call(1, file, long(line.text), line.length);
    call(3, file, 0, 0);
}
"""]
    for name, threads in programs.items():
        variables = sorted({op.variable for thread in threads for op in thread if op.variable})
        bodies, registers = [], []
        for t, thread in enumerate(threads):
            statements = []
            for i, op in enumerate(thread):
                register = f"r{t}_{i}"
                if op.yields(): registers.append(register)
                statements.append("            " + op.statement(register))
            bodies.append("        [](void*) -> void* {\n" + "\n".join(statements) + "\n            return nullptr;\n        },")
        lines += [f"namespace {name} {{", f"int {', '.join(variables)};", *([f"int {', '.join(registers)};"] if registers else []),
                  f"void run() {{", "    void* (*const bodies[])(void*) = {", *bodies, "    };", "    seen_count = 0;",
                  "    for (int round = 0; round < ROUNDS; ++round) {",
                  *[f"        {v} = 0;" for v in variables + registers],
                  f"        pthread_t threads[{len(threads)}];",
                  f"        for (int i = 0; i < {len(threads)}; ++i) pthread_create(&threads[i], nullptr, bodies[i], nullptr);",
                  f"        for (int i = 0; i < {len(threads)}; ++i) pthread_join(threads[i], nullptr);",
                  "        Line line;", *[f"        line.add('{c}');" for c in name],
                  *[f"        line.add({v});" for v in registers + variables], "        line.add('\\n');", "        say(line);",
                  "    }", "}", "} // namespace " + name, ""]
    lines += ["} // namespace", ""]
    lines += [f'HEDDLE_PATTERN({name}_pattern, "", "verified") {{ {name}::run(); }}' for name in programs]
    return "\n".join(lines) + "\n"
