"""A program as C11 with pthreads. -DORDER=2,0,1 starts the threads in that order; -DOUTCOME=k asserts that the k-th of the
given outcomes (counted from 1) does not happen."""


def statement(op):
    target = f"{op.register} = " if op.register else ""
    match op.kind:
        case "load":
            return f"{target}atomic_load(&{op.variable});"
        case "store":
            return f"atomic_store(&{op.variable}, {op.value});"
        case "exchange":
            return f"{target}atomic_exchange(&{op.variable}, {op.value});"
        case "fetch_add":
            return f"{target}atomic_fetch_add(&{op.variable}, {op.value});"
        case "cas":  # the register gets the value found, whether it was the expected one or not
            return (f"{{ int found = {op.expected}; "
                    f"atomic_compare_exchange_strong(&{op.variable}, &found, {op.value}); {target}found; }}")
        case "lock":
            return "pthread_mutex_lock(&mutex);"
        case "unlock":
            return "pthread_mutex_unlock(&mutex);"
        case "guarded":
            return f"{target}g; g = 3 * g + {op.value};"
    raise ValueError(op.kind)


def emit(program, outcomes, title):
    names = program.registers() + program.variables()
    lines = [f"/* {title} */", "#include <assert.h>", "#include <pthread.h>", "#include <stdatomic.h>", "#include <stdlib.h>", ""]
    lines += [f"atomic_int {v};" for v in program.variables() if v != "g"]
    lines += ["pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;", "int g;"]
    lines += [f"int {r};" for r in program.registers()]
    for t, thread in enumerate(program.threads):
        lines += ["", f"static void *thread_{t}(void *unused) {{", "    (void)unused;"]
        lines += [f"    {statement(op)}" for op in thread]
        lines += ["    return NULL;", "}"]
    count = len(program.threads)
    lines += ["", "#ifndef ORDER", f"#define ORDER {', '.join(map(str, range(count)))}", "#endif", "",
              "int main(void) {",
              f"    void *(*const bodies[])(void *) = {{{', '.join(f'thread_{t}' for t in range(count))}}};",
              "    const int order[] = {ORDER};",
              f"    pthread_t threads[{count}];",
              f"    for (int i = 0; i < {count}; ++i)",
              "        if (pthread_create(&threads[i], NULL, bodies[order[i]], NULL)) abort();",
              f"    for (int i = 0; i < {count}; ++i) pthread_join(threads[i], NULL);"]
    for k, outcome in enumerate(outcomes, 1):
        conditions = " && ".join(f"{name} == {value}" for name, value in zip(names, outcome)) or "1"
        lines += [f"#if OUTCOME == {k}", f"    assert(!({conditions}));", "#endif"]
    lines += ["    return 0;", "}", ""]
    return "\n".join(lines)
