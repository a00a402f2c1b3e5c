"""Programs as C: each is one HEDDLE_PATTERN for each form of its waits, so that one file holds many programs."""

HEADER = """#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <heddle/heddle.h>

__attribute__((noinline)) static int reads(atomic_int *variable, int value) {
    return atomic_load_explicit(variable, memory_order_acquire) == value;
}
"""

FAILURE = {"acq_rel": "acquire", "release": "relaxed"}  # the strongest failure order that C++11 allows with this success order


def order(name):
    return "memory_order_" + name


def wait(op, form, v):
    """The operation in the form `spin` or `assume`. It keeps nothing in r: a local that changes in a failing round is a change of
    state, dead or not, and the round would count."""
    def load(variable):
        return f"atomic_load_explicit(&{variable}, {order(op.order)})"

    def both(condition):
        return f"while (!({condition})) {{}}" if form == "spin" else f"__VERIFIER_assume({condition});"

    match op.kind:
        case "await":
            if op.test == "==" and op.order == "acquire":
                return both(f"reads(&{v}, {op.value})")
            return both(f"({load(v)} & 1)" if op.test == "&" else f"{load(v)} {op.test} {op.value}")
        case "await_both":
            return both(f"{load(v[:-1] + 'x')} == {op.value} && {load(v[:-1] + 'y')} == {op.value}")
        case "await_exchange":
            return both(f"atomic_exchange_explicit(&{v}, {op.value}, {order(op.order)}) != {op.value}")
        case "await_cas":
            cas = (f"atomic_compare_exchange_strong_explicit(&{v}, &expected, {op.value}, {order(op.order)}, "
                   f"{order(FAILURE.get(op.order, op.order))})")
            if form == "spin":
                return f"{{ int expected = {op.expected}; while (!{cas}) expected = {op.expected}; }}"
            return f"{{ int expected = {op.expected}; __VERIFIER_assume({cas}); }}"
        case "await_ttas":
            exchange = f"atomic_exchange_explicit(&{v}, 1, {order(op.order)})"
            if form == "spin":
                return f"for (;;) {{ while ({load(v)} != 0) {{}} if ({exchange} == 0) break; }}"
            return f"__VERIFIER_assume({load(v)} == 0); __VERIFIER_assume({exchange} == 0);"
    raise ValueError(op.kind)


LOCKS = {
    "mutex": ("static pthread_mutex_t {0}l = PTHREAD_MUTEX_INITIALIZER;",
              "pthread_mutex_lock(&{0}l);", "pthread_mutex_unlock(&{0}l);"),
    "tas": ("static atomic_int {0}l;",
            "while (atomic_exchange_explicit(&{0}l, 1, memory_order_acquire)) {{}}",
            "atomic_store_explicit(&{0}l, 0, memory_order_release);"),
    "cas": ("static atomic_int {0}l;",
            "{{ int free = 0; while (!atomic_compare_exchange_strong_explicit(&{0}l, &free, 1, memory_order_acquire, "
            "memory_order_relaxed)) free = 0; }}",
            "atomic_store_explicit(&{0}l, 0, memory_order_release);"),
    "ticket": ("static atomic_int {0}l, {0}serving;",
               "{{ int mine = atomic_fetch_add_explicit(&{0}l, 1, memory_order_relaxed); "
               "while (atomic_load_explicit(&{0}serving, memory_order_acquire) != mine) {{}} }}",
               "atomic_store_explicit(&{0}serving, atomic_load_explicit(&{0}serving, memory_order_relaxed) + 1, "
               "memory_order_release);"),
}


def statement(op, form, prefix):
    v = f"{prefix}_{op.variable}"
    o = order(op.order)
    match op.kind:
        case "load":
            return f"r = atomic_load_explicit(&{v}, {o});"
        case "store":
            value = f"(r + {op.value}) % 3" if op.from_register else op.value
            return f"atomic_store_explicit(&{v}, {value}, {o});"
        case "add":
            return f"r = atomic_fetch_add_explicit(&{v}, {op.value}, {o});"
        case "exchange":
            return f"r = atomic_exchange_explicit(&{v}, {op.value}, {o});"
        case "cas":
            return (f"{{ r = {op.expected}; atomic_compare_exchange_strong_explicit(&{v}, &r, {op.value}, {o}, "
                    f"{order(FAILURE.get(op.order, op.order))}); }}")
        case "if_register":
            return f"if (r == {op.value})"
        case "lock" | "unlock":
            return LOCKS[form][1 if op.kind == "lock" else 2].format(prefix + "_")
    return wait(op, form, v)


def emit(program, form, name):
    lines = [f"static atomic_int {name}_x, {name}_y;"]
    if form in LOCKS:
        lines.append(LOCKS[form][0].format(name + "_"))
    for t, thread in enumerate(program):
        lines += [f"static void *{name}_{t}(void *unused) {{", "    (void)unused; int r = 0;"]
        lines += [f"    {statement(op, form, name)}" for op in thread]
        lines += ["    (void)r; return NULL;", "}"]
    n = len(program)
    lines += [f'HEDDLE_PATTERN({name}, "") {{', f"    pthread_t t[{n}];"]
    lines += [f"    pthread_create(&t[{i}], NULL, {name}_{i}, NULL);" for i in range(n)]
    lines += [f"    for (int i = 0; i < {n}; ++i) pthread_join(t[i], NULL);", "}", ""]
    return "\n".join(lines)
