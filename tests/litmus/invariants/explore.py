"""The slow, obvious explorer: every state of every interleaving, one step at a time, under sequential consistency."""
from typing import NamedTuple

from program import REGIONS, evaluate


class Found(NamedTuple):
    violated: list    # of each invariant: whether some state violates it
    completes: bool   # some interleaving runs to its end
    stuck: bool       # some interleaving ends with a thread waiting for ever
    states: int


def step(thread, position, registers, memory, holder, inside, t):
    """What follows the thread's next operation: (registers, memory, holder, inside), or None when it cannot be done now."""
    op = thread[position]
    memory, inside = dict(memory), dict(inside)
    old = memory.get(op.variable, 0)
    match op.kind:
        case "lock":
            return None if holder >= 0 else (registers, memory, t, inside)
        case "unlock": holder = -1
        case "plain": memory["g"] = op.value
        case "plus": memory["g"] = old + op.value
        case "enter": inside[op.variable, t] = 1
        case "leave": inside[op.variable, t] = 0
        case "load": registers = old
        case "store": memory[op.variable] = op.value
        case "copy": memory[op.variable] = registers
        case "exchange": registers, memory[op.variable] = old, op.value
        case "fetch_add": registers, memory[op.variable] = old, old + op.value
        case "cas":
            registers = old
            if old == op.expected:
                memory[op.variable] = op.value
        case "assume":
            if registers != op.value:
                return None
        case "await":
            if old != op.value:
                return None
    return registers, memory, holder, inside


def explore(program):
    count = len(program.threads)
    start = ((0,) * count, (0,) * count, (), -1, ())
    todo, met = [start], {start}
    violated, completes, stuck = [False] * len(program.invariants), False, False
    while todo:
        positions, registers, memory, holder, inside = todo.pop()
        values, regions = dict(memory), dict(inside)

        def leaf(tree):
            if tree[0] == "at":
                return sum(regions.get((tree[1], t), 0) for t in range(count))
            if tree[0] == "held":
                return int(holder >= 0)
            return values.get(tree[0], 0)

        for i, tree in enumerate(program.invariants):
            violated[i] = violated[i] or not evaluate(tree, leaf)
        unfinished = [t for t in range(count) if positions[t] < len(program.threads[t])]
        completes = completes or not unfinished
        moved, dropped = False, False
        for t in unfinished:
            after = step(program.threads[t], positions[t], registers[t], values, holder, regions, t)
            if after is None:
                dropped = dropped or program.threads[t][positions[t]].kind == "assume"
                continue
            moved = True
            state = ((*positions[:t], positions[t] + 1, *positions[t + 1:]), (*registers[:t], after[0], *registers[t + 1:]),
                     tuple(sorted(after[1].items())), after[2], tuple(sorted(after[3].items())))
            if state not in met:
                met.add(state)
                todo.append(state)
        stuck = stuck or (bool(unfinished) and not moved and not dropped)
    return Found(violated, completes, stuck, len(met))
