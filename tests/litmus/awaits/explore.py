"""Every interleaving of a program of program.py, one operation at a time, under sequential consistency. A wait is an operation that
cannot happen until it would succeed: failing rounds are no part of an execution.

Interleavings that agree on who read from whom and on the order of writes are one execution."""
from dataclasses import replace
from typing import NamedTuple

from program import holds

INITIAL = (-1, 0)


class Exploration(NamedTuple):
    complete: int
    stuck: int  # states in which some thread waits for what nobody will bring


class TooMany(Exception):
    pass


def reads(op, memory):
    """The accesses of the operation in order: (variable, new value or None); None when it must wait."""
    def now(v):
        return memory.get(v, 0)

    v = op.variable
    match op.kind:
        case "load":
            return [(v, None)]
        case "add":
            return [(v, now(v) + op.value)]
        case "exchange":
            return [(v, op.value)]
        case "cas":
            return [(v, op.value if now(v) == op.expected else None)]
        case "await":
            return [(v, None)] if holds(op.test, now(v), op.value) else None
        case "await_exchange":
            return [(v, op.value)] if now(v) != op.value else None
        case "await_cas":
            return [(v, op.value)] if now(v) == op.expected else None
        case "lock":
            return [("l", 1)] if now("l") == 0 else None
    raise ValueError(op.kind)


def expand(thread):
    """Compound waits as single accesses with the condition that each must meet."""
    out = []
    for op in thread:
        if op.kind == "await_both":
            out += [replace(op, kind="await", variable="x", test="=="), replace(op, kind="await", variable="y", test="==")]
        elif op.kind == "await_ttas":
            out += [replace(op, kind="await", test="==", value=0), replace(op, kind="await_cas", expected=0, value=1)]
        else:
            out.append(op)
    return out


def explore(program, limit=200_000):
    """Counts the executions. Compound waits are taken in two accesses, with dropped executions where the second fails."""
    flat = [expand(thread) for thread in program]
    n = len(flat)
    todo = [((0,) * n, ((),) * n, (), (), (0,) * n)]  # positions, reads-from, orders (sorted items), memory (sorted), registers
    met, complete, stuck = set(), 0, 0
    while todo:
        state = todo.pop()
        if state in met:
            continue
        met.add(state)
        if len(met) > limit:
            raise TooMany
        positions, sources, orders, memory, registers = state
        ordered, values = dict(orders), dict(memory)
        moved, unfinished = False, False
        for t in range(n):
            if positions[t] == len(flat[t]):
                continue
            unfinished = True
            op = flat[t][positions[t]]
            after = positions[:t] + (positions[t] + 1,) + positions[t + 1:]
            if op.kind == "if_register":
                if registers[t] != op.value:
                    after = positions[:t] + (positions[t] + 2,) + positions[t + 1:]
                todo.append((after, sources, orders, memory, registers))
                moved = True
                continue
            if op.kind in ("store", "unlock"):
                v = op.variable or "l"
                value = (registers[t] + op.value) % 3 if op.from_register else op.value
                accesses, reading = [(v, value)], False
            else:
                accesses, reading = reads(op, values), True
                if accesses is None:
                    continue
            moved = True
            (v, value), = accesses
            new_sources, new_registers = sources, registers
            if reading:
                source = ordered.get(v, (INITIAL,))[-1]
                new_sources = sources[:t] + (sources[t] + (source,),) + sources[t + 1:]
                if v != "l" and not op.kind.startswith("await"):
                    new_registers = registers[:t] + (values.get(v, 0),) + registers[t + 1:]
            new_orders, new_memory = orders, memory
            if value is not None:
                new_orders = tuple(sorted({**ordered, v: ordered.get(v, ()) + ((t, positions[t]),)}.items()))
                new_memory = tuple(sorted({**values, v: value}.items()))
            todo.append((after, new_sources, new_orders, new_memory, new_registers))
        if not unfinished:
            complete += 1
        elif not moved:
            stuck += 1
    return Exploration(complete, stuck)
