"""Traces made up for tests: of a given size, with everything that a diagram can show."""
import random


def trace(steps, threads, source, seed=1):
    """A trace of that many steps and threads, as heddle saves them; `source`: a file with at least 40 lines."""
    chance = random.Random(seed)
    result = {"schema": "heddle.trace/1", "file": source, "pattern": "main", "model": "rc11",
              "threads": [{"id": t, "name": "main" if t == 0 else f"worker {t}", "created_at": None} for t in range(threads)],
              "stacks": [[{"file": source, "line": 3, "column": 1, "function": "work"}]], "decisions": [], "program": "", "output": ""}
    told, held, wrote = [], {}, None

    def add(thread, op, **more):
        told.append({"thread": thread, "op": op, "stack": 0,
                     "site": {"file": source, "line": len(told) % 40 + 1, "column": 2, "function": "work"}, **more})
        return len(told) - 1

    for t in range(1, threads):
        add(0, "create", value=str(t))
    while len(told) < steps - 2:
        t = chance.randrange(threads)
        if t in held:
            add(t, "plain-write", object="counter", address="0x100", size=4, value=str(len(told)))
            held.pop(t)
            add(t, "unlock", object="m", address="0x200", size=40)
        elif not held and chance.random() < 0.3:
            before = next((i for i in range(len(told) - 1, -1, -1) if told[i]["op"] == "unlock"), -1)
            add(t, "lock", object="m", address="0x200", size=40, **({"reads_from": before} if before >= 0 else {}))
            held[t] = True
        elif wrote is None or chance.random() < 0.4:
            wrote = add(t, "write", order="release", object="flag", address="0x300", size=4, value=str(len(told)))
        else:
            add(t, "read", order="acquire", object="flag", address="0x300", size=4, value=told[wrote]["value"], reads_from=wrote)
    for t in (1 % threads, 2 % threads):
        add(t, "plain-write", object="value", address="0x400", size=4, value="1", note="races")
    result["steps"] = told[:steps - 2] + told[-2:]
    sites = [step["site"] for step in result["steps"][-2:]]
    result["violation"] = {"kind": "data-race", "message": "T1 writes `value` while T2 writes it, and nothing orders the two", "hint": "",
                           "parts": [{"thread": (k + 1) % threads, "site": sites[k], "what": "writes `value`"} for k in (0, 1)], "values": []}
    return result
