"""Small concurrent programs as data, and a generator of random ones.

A program has atomic variables (all accesses seq_cst, initially 0), one mutex and one plain variable `g` that only the mutex's
holder touches. A thread is a list of operations; those that yield a value put it into a register of their own.
"""
import random
from dataclasses import dataclass, field

VARIABLES = ("x", "y")


@dataclass(frozen=True)
class Operation:
    """kind: load, store, exchange, fetch_add, cas, lock, unlock, guarded (read g into the register, then g = 3 * g + value)."""
    kind: str
    variable: str = ""
    value: int = 0
    expected: int = 0
    register: str = ""


@dataclass
class Program:
    threads: list = field(default_factory=list)  # of lists of Operation

    def registers(self):
        return [op.register for thread in self.threads for op in thread if op.register]

    def variables(self):
        """Those that some thread touches, in a fixed order; g counts when some thread holds the mutex."""
        used = {op.variable for thread in self.threads for op in thread if op.variable}
        return [name for name in (*VARIABLES, "g") if name in used]


def random_program(seed):
    """2 or 3 threads of 2 or 3 operations each; a lock section counts as two. Equal seeds give equal programs."""
    choice = random.Random(seed)
    values = iter(range(1, 100))  # every store writes a value of its own, so that outcomes tell them apart
    stored = [0]
    program = Program()
    for t in range(choice.choice((2, 3, 3))):
        thread, budget = [], choice.choice((2, 3))

        def register():
            return f"r{t}_{len(thread)}"

        def atomic():
            kind = choice.choice(("load", "load", "store", "store", "exchange", "fetch_add", "cas"))
            variable = choice.choice(("x", "x", "y"))
            if kind == "load":
                return Operation(kind, variable, register=register())
            value = next(values)
            if kind == "store":
                stored.append(value)
                return Operation(kind, variable, value)
            if kind == "fetch_add":
                return Operation(kind, variable, 10 * value, register=register())
            expected = choice.choice(stored)
            stored.append(value)
            return Operation(kind, variable, value, expected if kind == "cas" else 0, register())

        while budget > 0:
            if budget >= 2 and choice.random() < 0.25:
                thread.append(Operation("lock"))
                thread.append(Operation("guarded", "g", next(values), register=register()))
                if choice.random() < 0.4:
                    thread.append(atomic())
                thread.append(Operation("unlock"))
                budget -= 2
            else:
                thread.append(atomic())
                budget -= 1
        program.threads.append(thread)
    return program
