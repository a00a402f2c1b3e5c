"""Small concurrent programs as data, with invariants over their states; and a generator of random ones.

Atomic variables x, y (seq_cst, initially 0), a mutex, a plain variable g that only the mutex's holder writes, two regions.
A thread is a list of operations; one that reads puts what it read into the register of its own number.
"""
import random
from dataclasses import dataclass, field

ATOMICS = ("x", "y")
REGIONS = ("here", "there")


@dataclass(frozen=True)
class Operation:
    """kind: load, store, copy (store of the thread's last register), exchange, fetch_add, cas, lock, unlock, plain (g = value),
    plus (g += value), enter, leave (of the region `variable`), assume (the last register is value), await (until the variable is
    value)."""
    kind: str
    variable: str = ""
    value: int = 0
    expected: int = 0


@dataclass
class Program:
    threads: list = field(default_factory=list)  # of lists of Operation
    invariants: list = field(default_factory=list)  # of trees: ("<=", a, b), ("x",), 3, …


def random_thread(choice, awaits):
    thread, budget, read = [], choice.choice((2, 3, 4)), False
    inside = None

    def atomic():
        nonlocal read
        kind = choice.choice(("load", "store", "store", "store", "exchange", "fetch_add", "cas", "copy", "assume", "await"))
        variable, value = choice.choice(ATOMICS), choice.randrange(3)
        if kind in ("copy", "assume") and not read:
            kind = "store"
        if kind == "assume" and choice.random() < 0.6:
            kind = "load"
        if kind == "await" and (not awaits or choice.random() < 0.5):
            kind = "store"
        read = read or kind in ("load", "exchange", "fetch_add", "cas")
        return Operation(kind, variable, value, choice.randrange(2))

    while budget > 0:
        budget -= 1
        what = choice.random()
        if what < 0.22:
            section = [Operation("lock")]
            for _ in range(choice.choice((1, 2))):
                section.append(choice.choice((Operation("plain", "g", choice.randrange(3)), Operation("plus", "g", choice.choice((-1, 1, 2))),
                                              atomic())))
            if any(op.kind == "await" for op in section):  # may keep the mutex for ever
                section = [op for op in section if op.kind != "await"]
            thread += section + [Operation("unlock")]
        elif what < 0.45 and inside is None:
            inside = choice.choice(REGIONS)
            thread.append(Operation("enter", inside))
            budget += 1
        else:
            thread.append(atomic())
            if inside is not None and choice.random() < 0.6:
                thread.append(Operation("leave", inside))
                inside = None
    if inside is not None:
        thread.append(Operation("leave", inside))
    return thread


def random_number(choice, depth):
    if depth == 0 or choice.random() < 0.5:
        return choice.choice((("x",), ("x",), ("y",), ("y",), ("g",), ("at", "here"), ("at", "there"), ("held",), choice.randrange(-1, 4)))
    kind = choice.choice(("+", "+", "-", "*", "/", "%", "if"))
    if kind in "/%":
        return (kind, random_number(choice, depth - 1), choice.choice((-2, 2, 3)))
    if kind == "if":
        return (kind, random_condition(choice, depth - 1), random_number(choice, depth - 1), random_number(choice, depth - 1))
    return (kind, random_number(choice, depth - 1), random_number(choice, depth - 1))


def random_condition(choice, depth):
    if depth == 0 or choice.random() < 0.35:
        return (choice.choice(("==", "!=", "<", "<=", ">", ">=")), random_number(choice, 1), random_number(choice, 1))
    kind = choice.choice(("&&", "||", "||", "!", "=>", "most"))
    if kind == "!":
        return (kind, random_condition(choice, depth - 1))
    if kind == "most":
        return (kind, choice.randrange(3), *(random_condition(choice, depth - 1) for _ in range(3)))
    return (kind, random_condition(choice, depth - 1), random_condition(choice, depth - 1))


def leaves(tree):
    if not isinstance(tree, tuple):
        return []
    if tree[0] in ("x", "y", "g", "at", "held"):
        return [tree]
    return [leaf for part in tree[1:] for leaf in leaves(part)]


def evaluate(tree, state):
    """state: a function from leaves to numbers. Conditions are True and False, which count as 1 and 0."""
    if not isinstance(tree, tuple):
        return tree
    if tree[0] in ("x", "y", "g", "at", "held"):
        return state(tree)
    kind, values = tree[0], [evaluate(part, state) for part in tree[1:]]
    match kind:
        case "+": return values[0] + values[1]
        case "-": return values[0] - values[1]
        case "*": return values[0] * values[1]
        case "/": return int(values[0] / values[1])  # small numbers: towards zero, as in C++
        case "%": return values[0] - values[1] * int(values[0] / values[1])
        case "if": return values[1] if values[0] else values[2]
        case "==": return values[0] == values[1]
        case "!=": return values[0] != values[1]
        case "<": return values[0] < values[1]
        case "<=": return values[0] <= values[1]
        case ">": return values[0] > values[1]
        case ">=": return values[0] >= values[1]
        case "&&": return bool(values[0]) and bool(values[1])
        case "||": return bool(values[0]) or bool(values[1])
        case "!": return not values[0]
        case "=>": return not values[0] or bool(values[1])
        case "most": return sum(map(bool, values[1:])) <= values[0]
    raise ValueError(kind)


def random_program(seed, invariants):
    choice = random.Random(seed)
    program = Program([random_thread(choice, seed % 3 == 0) for _ in range(choice.choice((2, 2, 3)))])
    entered = {op.variable for thread in program.threads for op in thread if op.kind == "enter"}
    while len(program.invariants) < invariants:
        tree = random_condition(choice, choice.choice((1, 2, 3)))
        mentioned = leaves(tree)
        if mentioned and all(leaf[0] != "at" or leaf[1] in entered for leaf in mentioned):
            program.invariants.append(tree)
    return program
