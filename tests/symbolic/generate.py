"""Random small concurrent programs with inputs, as C++ templates over the type of the values: with heddle::symbolic<T> the
inputs are symbolic, with T itself they are whatever numbers the function is given."""
import random

TYPES = {  # C++ type: (low, high) of the inputs
    "int": (-2, 2),
    "unsigned": (0, 3),
    "std::int8_t": (-1, 2),
    "std::uint16_t": (0, 3),
    "long": (-2, 1),
}
ORDERS = ["relaxed", "acquire", "release", "acq_rel", "seq_cst"]


class Program:
    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(f"symbolic {seed}")
        self.type = self.random.choice(sorted(TYPES))
        self.low, self.high = TYPES[self.type]
        self.inputs = ["x", "y"][:self.random.choice([1, 1, 2])]
        if len(self.inputs) == 2:
            self.high = self.low + 2
        self.registers = 0
        self.threads = [self.block(self.random.randint(2, 4), [], 2) for _ in range(self.random.choice([2, 2, 2, 3]))]
        self.end = self.check(["A.load()", "B.load()", *self.inputs])

    def values(self):
        """Every combination of the inputs' values."""
        range_ = range(self.low, self.high + 1)
        return [(a,) for a in range_] if len(self.inputs) == 1 else [(a, b) for a in range_ for b in range_]

    # ---- expressions

    def atom(self, names):
        r = self.random.random()
        if r < 0.45:
            return self.random.choice(self.inputs)
        if r < 0.8 and names:
            return self.random.choice(names)
        return f"T({self.random.randint(0, 3)})"

    def expression(self, names, depth=2):
        if depth == 0 or self.random.random() < 0.35:
            return self.atom(names)
        left, right = self.expression(names, depth - 1), self.expression(names, depth - 1)
        operator = self.random.choice(["+", "+", "-", "-", "*", "&", "|", "^", "<<", ">>", "/", "%"])
        if operator in ("<<", ">>"):
            right = f"T({self.random.randint(0, 5)})"
        if operator in ("/", "%"):
            right = f"T({self.random.randint(1, 4)})"
        return f"Int({left} {operator} {right})"

    def condition(self, names):
        comparison = self.random.choice(["==", "!=", "<", "<=", ">", ">=", "=="])
        return f"{self.expression(names, 1)} {comparison} {self.expression(names, 1)}"

    def check(self, names):
        return f'if (checks) heddle::ensure({self.condition(names)} || {self.condition(names)});'

    # ---- statements

    def order(self, allowed):
        return "std::memory_order_" + self.random.choice([o for o in ORDERS if o in allowed])

    def fresh(self):
        self.registers += 1
        return f"r{self.registers}"

    def block(self, length, names, depth):
        names = list(names)
        return [self.statement(names, depth) for _ in range(length)]

    def statement(self, names, depth):
        variable = self.random.choice("AB")
        kind = self.random.choices(
            ["load", "store", "add", "exchange", "cas", "if", "section", "assume", "check", "choose"],
            [4, 5, 3, 1, 3, 5 if depth else 0, 1, 0.5, 1, 0.2])[0]
        if kind == "load":
            r = self.fresh()
            names.append(r)
            return f"Int {r} = {variable}.load({self.order(('relaxed', 'acquire', 'seq_cst'))}); (void){r};"
        if kind == "store":
            return f"{variable}.store({self.expression(names)}, {self.order(('relaxed', 'release', 'seq_cst'))});"
        if kind in ("add", "exchange"):
            r = self.fresh()
            function = "exchange" if kind == "exchange" else self.random.choice(["fetch_add", "fetch_sub", "fetch_xor", "fetch_and"])
            text = f"Int {r} = {variable}.{function}({self.expression(names, 1)}, {self.order(ORDERS)}); (void){r};"
            names.append(r)
            return text
        if kind == "cas":
            r = self.fresh()
            text = (f"Int {r} = {self.expression(names, 1)}; "
                    f"if ({variable}.compare_exchange_strong({r}, {self.expression(names, 1)}, {self.order(ORDERS)}, "
                    f"{self.order(('relaxed', 'acquire', 'seq_cst'))}))")
            names.append(r)
            return text + " { " + self.statement(list(names), 0) + " }"
        if kind == "if":
            then = " ".join(self.block(self.random.randint(1, 2), names, depth - 1))
            otherwise = " ".join(self.block(self.random.randint(0, 1), names, depth - 1))
            return f"if ({self.condition(names)}) {{ {then} }} else {{ {otherwise} }}"
        if kind == "section":
            r = self.fresh()
            text = f"m.lock(); Int {r} = G; G = {self.expression(names, 1)}; m.unlock(); (void){r};"
            names.append(r)
            return text
        if kind == "choose":
            r = self.fresh()
            names.append(r)
            return f"Int {r} = T(heddle::choose(2)); (void){r};"
        if kind == "assume":
            return f"heddle::assume({self.condition(names)});"
        return self.check(names)

    # ---- the file

    def function(self):
        lines = [f"// seed {self.seed}",
                 "template <class T, class Int>",
                 f"void program_{self.seed}({', '.join(f'Int {i}' for i in self.inputs)}, bool checks) {{",
                 "    std::atomic<Int> A{T(0)}, B{T(1)};",
                 "    std::mutex m;",
                 "    Int G = T(2);"]
        for i, thread in enumerate(self.threads):
            lines.append(f"    std::thread t{i}([&] {{")
            lines += [f"        {statement}" for statement in thread]
            lines.append("    });")
        lines += [f"    t{i}.join();" for i in range(len(self.threads))]
        lines.append(f"    {self.end}")
        # Each of the values that are left is an execution of its own.
        lines += [f"    heddle::concrete({i});" for i in self.inputs]
        lines.append("}")
        return "\n".join(lines)

    def patterns(self):
        s = self.seed
        symbolic = ", ".join(f'heddle::any<{self.type}>("{i}", {self.low}, {self.high})' for i in self.inputs)
        chosen = ", ".join(f"T({self.low} + int(heddle::choose({self.high - self.low + 1})))" for _ in self.inputs)
        text = [f'HEDDLE_PATTERN(count_symbolic_{s}, "") {{ using T = {self.type}; program_{s}<T, heddle::symbolic<T>>({symbolic}, false); }}',
                f'HEDDLE_PATTERN(count_chosen_{s}, "") {{ using T = {self.type}; program_{s}<T, T>({chosen}, false); }}',
                f'HEDDLE_PATTERN(check_symbolic_{s}, "") {{ using T = {self.type}; program_{s}<T, heddle::symbolic<T>>({symbolic}, true); }}']
        for n, values in enumerate(self.values()):
            numbers = ", ".join(f"T({v})" for v in values)
            inputs = "; ".join(f'auto {i} = heddle::any<T>("{i}", {self.low}, {self.high})' for i in self.inputs)
            fixed = " ".join(f"heddle::assume({i} == {v});" for i, v in zip(self.inputs, values))
            text.append(f'HEDDLE_PATTERN(check_value_{s}_{n}, "") {{ using T = {self.type}; program_{s}<T, T>({numbers}, true); }}')
            text.append(f'HEDDLE_PATTERN(check_assumed_{s}_{n}, "") {{ using T = {self.type}; {inputs}; {fixed} '
                        f'program_{s}<T, heddle::symbolic<T>>({", ".join(self.inputs)}, true); }}')
        return "\n".join(text)


def file_of(programs):
    return "\n".join(["#include <atomic>", "#include <cstdint>", "#include <mutex>", "#include <thread>", "",
                      "#include <heddle/heddle.hpp>", "",
                      *(p.function() + "\n" + p.patterns() + "\n" for p in programs)])
