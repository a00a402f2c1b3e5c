"""Small programs that wait, as data; a generator of random ones.

Values are few (0, 1, 2), so that different writes often carry the same value: what a spin loop sees again may be another write.
"""
import random
from dataclasses import dataclass

VARIABLES = ("x", "y")
LOADS = ("relaxed", "acquire", "seq_cst")
STORES = ("relaxed", "release", "seq_cst")
UPDATES = ("relaxed", "acquire", "release", "acq_rel", "seq_cst")


@dataclass(frozen=True)
class Operation:
    """kind:
    load, store, add, exchange, cas: as in C; each that reads sets the thread's register r (the waits do not).
    store with `from_register`: stores r + value (mod 3).
    if_register: the next operation happens only when r == value.
    await: spins until `test` of the value holds.
    await_both: spins until x and y are both `value`, read in this order, y only when x is.
    await_exchange: exchanges `value` in until it finds something else.
    await_cas: compares `expected` and swaps `value` in until it succeeds.
    await_ttas: loads until it finds 0, then exchanges 1 in; again from the start when that finds 1.
    lock, unlock: of lock l, whose kind the emitter chooses."""
    kind: str
    variable: str = ""
    value: int = 0
    expected: int = 0
    test: str = "=="
    order: str = "seq_cst"
    from_register: bool = False


def holds(test, found, value):
    return {"==": found == value, "!=": found != value, ">=": found >= value, "&": bool(found & 1)}[test]


def random_thread(choice, operations, mixed, locks):
    thread = []

    def order(orders):
        return choice.choice(orders) if mixed else "seq_cst"

    def simple():
        kind = choice.choice(("store", "store", "store", "load", "add", "exchange", "cas"))
        variable = choice.choice(VARIABLES)
        value = choice.choice((1, 1, 2, 0))
        if kind == "load":
            return Operation(kind, variable, order=order(LOADS))
        if kind == "store":
            return Operation(kind, variable, value, order=order(STORES), from_register=choice.random() < 0.25)
        return Operation(kind, variable, value or 1, expected=choice.choice((0, 0, 1)), order=order(UPDATES))

    while len(thread) < operations:
        dice = choice.random()
        if locks and dice < 0.4:
            thread.append(Operation("lock"))
            if choice.random() < 0.6:
                thread.append(simple())
            thread.append(Operation("unlock"))
        elif dice < 0.45 and not locks:
            kind = choice.choice(("await", "await", "await", "await_both", "await_exchange", "await_cas", "await_ttas"))
            test = choice.choice(("==", "==", "!=", ">=", "&"))
            value = {"!=": 0, ">=": 1, "&": 1}.get(test, choice.choice((1, 1, 2)))
            orders = LOADS if kind in ("await", "await_both", "await_ttas") else UPDATES
            if kind == "await_exchange":
                value = choice.choice((1, 1, 2))
            if kind == "await_cas":
                value = choice.choice((1, 2))
            expected = choice.choice((0, 1, 2))
            thread.append(Operation(kind, choice.choice(VARIABLES), value, expected, test, order(orders)))
        elif dice < 0.55 and thread and thread[-1].kind != "if_register":
            thread.append(Operation("if_register", value=choice.choice((0, 1))))
            thread.append(simple())
        else:
            thread.append(simple())
    return thread


def random_program(seed, mixed=False, locks=False):
    choice = random.Random(f"{seed} {mixed} {locks}")
    threads = choice.choice((2, 2, 3, 3, 4))
    most = {2: 4, 3: 3, 4: 2}[threads]
    return [random_thread(choice, choice.randint(1, most), mixed, locks) for _ in range(threads)]
