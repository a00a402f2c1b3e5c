"""Programs as one C++ file: a pattern for each invariant of each program."""


def number(tree):
    return f"heddle::term({tree})" if not isinstance(tree, tuple) else expression(tree)


def expression(tree):
    match tree:
        case ("x",) | ("y",) | ("g",): return f"heddle::value(s.{tree[0]})"
        case ("held",): return "heddle::held(s.m)"
        case ("at", label): return f'heddle::at("{label}")'
        case ("if", c, a, b): return f"if_else({expression(c)}, {number(a)}, {number(b)})"
        case ("!", a): return f"!({expression(a)})"
        case ("=>", a, b): return f"implies({expression(a)}, {expression(b)})"
        case ("most", k, *conditions): return f"heddle::at_most({k}, {', '.join(map(expression, conditions))})"
        case (kind, a, b): return f"({number(a)} {kind} {number(b)})"
    raise ValueError(tree)


def statement(op):
    match op.kind:
        case "load": return f"r = s.{op.variable}.load();"
        case "store": return f"s.{op.variable}.store({op.value});"
        case "copy": return f"s.{op.variable}.store(r);"
        case "exchange": return f"r = s.{op.variable}.exchange({op.value});"
        case "fetch_add": return f"r = s.{op.variable}.fetch_add({op.value});"
        case "cas": return f"r = {op.expected}; s.{op.variable}.compare_exchange_strong(r, {op.value});"
        case "lock": return "s.m.lock();"
        case "unlock": return "s.m.unlock();"
        case "plain": return f"s.g = {op.value};"
        case "plus": return f"s.g = s.g + {op.value};"
        case "enter": return f'heddle_region_enter("{op.variable}");'
        case "leave": return f'heddle_region_leave("{op.variable}");'
        case "assume": return f"heddle::assume(r == {op.value});"
        case "await": return f"while (s.{op.variable}.load() != {op.value}) {{}}"
    raise ValueError(op.kind)


def emit(programs):
    """programs: seed -> Program"""
    lines = ["#include <atomic>", "#include <mutex>", "#include <thread>", "#include <heddle/heddle.hpp>", "namespace {",
             "struct shared { std::atomic<int> x{0}, y{0}; std::mutex m; volatile int g = 0; };"]
    for seed, program in programs.items():
        lines.append(f"void program_{seed}(int which) {{")
        lines.append("    shared s;")
        lines.append("    heddle::term condition = true;")
        for i, tree in enumerate(program.invariants):
            lines.append(f"    if (which == {i}) condition = {expression(tree)};")
        lines.append('    heddle::invariant invariant("generated", condition);')
        for t, thread in enumerate(program.threads):
            lines.append(f"    std::thread t{t}([&s] {{ int r = 0; (void)r;")
            lines += [f"        {statement(op)}" for op in thread]
            lines.append("    });")
        lines += [f"    t{t}.join();" for t in range(len(program.threads))]
        lines.append("}")
    lines.append("}")
    for seed, program in programs.items():
        for i in range(len(program.invariants)):
            lines.append(f'HEDDLE_PATTERN(p{seed}_{i}, "") {{ program_{seed}({i}); }}')
    return "\n".join(lines) + "\n"
