"""The slow, obvious explorer: every interleaving, one operation at a time, under sequential consistency.

Two interleavings that agree on who read from whom and on the order of the writes to each variable are one execution graph;
a partial graph met again is not explored again. So the number of graphs in which every thread has ended is what the optimal
explorer must count as `complete`. What the graph is made of: per thread the write each of its reads read from, per variable
the order of its writes, and the order in which the mutex was taken. The plain variable is not part of it: the mutex orders it.
"""
from typing import NamedTuple

INITIAL = (-1, 0)  # the write that gave every variable its 0


class Exploration(NamedTuple):
    complete: int
    blocked: int
    outcomes: set  # of tuples: the registers' values, then the variables'


class State(NamedTuple):
    positions: tuple  # of each thread: its next operation
    reads_from: tuple  # of each thread: the writes its reads read from
    orders: dict  # variable or "mutex" -> tuple of writes (thread, position), oldest first
    holder: int  # of the mutex, -1 when free
    memory: dict
    registers: dict

    def graph(self):
        return self.positions, self.reads_from, tuple(sorted(self.orders.items())), self.holder


def replaced(values, i, value):
    return (*values[:i], value, *values[i + 1:])


def written(old, operation):
    """The value the operation leaves behind when it finds `old`; None when it does not write."""
    if operation.kind in ("store", "exchange"):
        return operation.value
    if operation.kind == "fetch_add":
        return old + operation.value
    if operation.kind == "cas" and old == operation.expected:
        return operation.value
    return None


def step(state, t, operation):
    """The state after thread t's next operation, or None when that has to wait."""
    positions = replaced(state.positions, t, state.positions[t] + 1)
    me = (t, state.positions[t])
    if operation.kind == "lock":
        if state.holder >= 0:
            return None
        orders = {**state.orders, "mutex": (*state.orders.get("mutex", ()), me)}
        return state._replace(positions=positions, orders=orders, holder=t)
    if operation.kind == "unlock":
        return state._replace(positions=positions, holder=-1)

    variable, old = operation.variable, state.memory.get(operation.variable, 0)
    registers = {**state.registers, operation.register: old} if operation.register else state.registers
    if operation.kind == "guarded":
        memory = {**state.memory, variable: 3 * old + operation.value}
        return state._replace(positions=positions, memory=memory, registers=registers)

    reads_from, orders, memory = state.reads_from, state.orders, state.memory
    if operation.register:
        source = state.orders.get(variable, (INITIAL,))[-1]
        reads_from = replaced(reads_from, t, (*reads_from[t], source))
    value = written(old, operation)
    if value is not None:
        orders = {**orders, variable: (*orders.get(variable, ()), me)}
        memory = {**memory, variable: value}
    return state._replace(positions=positions, reads_from=reads_from, orders=orders, memory=memory, registers=registers)


def explore(program):
    count = len(program.threads)
    todo = [State((0,) * count, ((),) * count, {}, -1, {}, {})]
    met, complete, blocked, outcomes = set(), 0, 0, set()
    while todo:
        state = todo.pop()
        if state.graph() in met:
            continue
        met.add(state.graph())
        unfinished = [t for t in range(count) if state.positions[t] < len(program.threads[t])]
        if not unfinished:
            complete += 1
            outcomes.add(tuple(state.registers[r] for r in program.registers()) +
                         tuple(state.memory.get(v, 0) for v in program.variables()))
            continue
        following = [step(state, t, program.threads[t][state.positions[t]]) for t in unfinished]
        following = [state for state in following if state is not None]
        blocked += not following
        todo.extend(following)
    return Exploration(complete, blocked, outcomes)
