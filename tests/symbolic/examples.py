#!/usr/bin/env python3
"""Symbolic values as a user meets them: counts, inputs that are printed, replays, refusals, exit statuses.

    examples.py path/to/heddle [unittest options, a test's name]
"""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import run as cli
from run import BAD_INPUT, INCONCLUSIVE, VERIFIED, VIOLATION

HEADER = """
#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <vector>
#include <heddle/heddle.hpp>
using heddle::any; using heddle::symbolic;
"""

# Three accounts, three threads, any amounts; the transfers by the mutex of the bank or by those of the accounts.
BANK = HEADER + """
template <class Int> void one_mutex(Int x, Int y, Int z) {
    std::mutex m; Int a = 100, b = 200, c = 300;
    std::thread t1([&] { std::lock_guard g(m); a -= x; b += x; });
    std::thread t2([&] { std::lock_guard g(m); b -= y; c += y; });
    std::thread t3([&] { std::lock_guard g(m); c -= z; a += z; });
    t1.join(); t2.join(); t3.join();
    heddle::ensure(a + b + c == 600, "the sum is kept");
}
template <class Int> void atomics(Int x, Int y, Int z) {
    std::atomic<Int> a{100}, b{200}, c{300};
    std::thread t1([&] { a -= x; b += x; });
    std::thread t2([&] { b -= y; c += y; });
    std::thread t3([&] { c -= z; a += z; });
    t1.join(); t2.join(); t3.join();
    heddle::ensure(a.load() + b.load() + c.load() == 600, "the sum is kept");
}
template <class Int> void mutex_each(Int x, Int y, Int z) {
    std::mutex m[3]; Int a[3] = {100, 200, 300};
    auto transfer = [&](int from, int to, Int amount) {
        std::scoped_lock g(m[std::min(from, to)], m[std::max(from, to)]);
        a[from] -= amount; a[to] += amount;
    };
    std::thread t1(transfer, 0, 1, x), t2(transfer, 1, 2, y), t3(transfer, 2, 0, z);
    t1.join(); t2.join(); t3.join();
    heddle::ensure(a[0] + a[1] + a[2] == 600, "the sum is kept");
}
#define BOTH(name) \\
    HEDDLE_PATTERN(name##_symbolic, "") { name<symbolic<int>>(any<int>("x"), any<int>("y"), any<int>("z")); } \\
    HEDDLE_PATTERN(name##_concrete, "") { name<int>(10, 20, 30); }
BOTH(one_mutex) BOTH(atomics) BOTH(mutex_each)
"""

ONE_VALUE = HEADER + """
int main() {
    auto x = any<std::uint32_t>("x");
    std::atomic<symbolic<std::uint32_t>> v{0};
    std::thread t([&] { v.fetch_add(x); });
    v.fetch_add(1);
    t.join();
    heddle::ensure(v.load() != 0xdeadbeefu, "every value but one");
}
"""


class Symbolic(cli.Heddle):
    def check_json(self, *words, status):
        return json.loads(self.run_heddle("check", "--json", *words, status=status).stdout)["results"]

    def result_of(self, body, status, *options):
        self.write("program.cpp", HEADER + body)
        return self.check_json("program.cpp", *options, status=status)[0]

    def inputs_of(self, body, *options):
        result = self.result_of(body, VIOLATION, *options)
        replayed = self.run_heddle("replay", result["trace"], status=VIOLATION)
        self.assertIn(f"replayed: the same {result['verdict']} again", replayed.stdout)
        return result["verdict"], result["violation"]["values"]

    def test_any_amounts_need_as_many_executions_as_one(self):
        self.write("bank.cpp", BANK)
        results = {r["pattern"]: r for r in self.check_json("bank.cpp", status=VERIFIED)}
        for name, complete in (("one_mutex", 6), ("atomics", 7), ("mutex_each", None)):
            symbolic, concrete = results[name + "_symbolic"], results[name + "_concrete"]
            for key in ("verdict", "complete", "blocked", "wasted"):
                self.assertEqual(symbolic[key], concrete[key], f"{name}: {key}")
            if complete:  # three critical sections: 3!; two orders at each of three accounts but the one that is a circle: 2^3 - 1
                self.assertEqual(symbolic["complete"], complete, name)

    def test_one_value_of_all_is_found_and_replayed(self):
        self.write("one.cpp", ONE_VALUE)
        result = self.check_json("one.cpp", status=VIOLATION)[0]
        self.assertEqual(result["verdict"], "assertion")
        self.assertEqual(result["violation"]["values"]["x"], str(0xdeadbeef - 1))
        trace = json.loads((self.folder / result["trace"]).read_text())
        self.assertEqual([(i["name"], i["type"], i["value"]) for i in trace["inputs"]], [("x", "uint32", "3735928558")])
        replayed = self.run_heddle("replay", result["trace"], status=VIOLATION).stdout
        self.assertIn("x = 3735928558", replayed)
        self.assertIn("3735928559", replayed)  # the run is told with the numbers

    def test_the_inputs_printed_are_the_simplest(self):
        """The witness is the simplest one: the first past the bound, the nearest to 0."""
        for body, values in (("auto x = any<int>(\"x\"); heddle::ensure(x < 1000);", {"x": "1000"}),
                             ("auto x = any<int>(\"x\"); heddle::ensure(x > -1000);", {"x": "-1000"}),
                             ("auto x = any<bool>(\"x\"); heddle::ensure(!x);", {"x": "true"}),
                             ("auto x = any<long>(\"x\", 5, 9); heddle::ensure(x == 7);", {"x": "5"}),
                             ("auto x = any<int>(\"x\"); if (x * 7 == 91) assert(x != 13);", {"x": "13"})):
            with self.subTest(body):
                self.assertEqual(self.inputs_of(f"int main() {{ {body} }}"), ("assertion", values))

    def test_contradictory_assumptions_verify_nothing(self):
        for body in ("auto x = any<int>(\"x\"); heddle::assume(x > 3); heddle::assume(x < 3);",
                     "auto x = any<int>(\"x\", 3, 2); (void)x;",
                     "heddle::assume(false);"):
            with self.subTest(body):
                result = self.result_of(f"int main() {{ {body} heddle::ensure(false); }}", INCONCLUSIVE)
                self.assertEqual((result["verdict"], result["complete"]), ("inconclusive", 0))
                self.assertIn("nothing was checked: the assumptions contradict each other", result["violation"]["message"])

    def test_an_assumption_at_the_start_costs_no_execution(self):
        result = self.result_of("int main() { auto x = any<int>(\"x\"); heddle::assume(x > 3); heddle::ensure(x != 3); }", VERIFIED)
        self.assertEqual((result["complete"], result["blocked"]), (1, 0))

    def test_an_assumption_that_fails_may_be_taken_back(self):
        """Only where the other thread stores does the reader get past its assumption for y == 1."""
        body = """
int main() {
    auto y = any<int>("y");
    std::atomic<int> x{0};
    std::thread reader([&] {
        if (x.load() == 0) heddle::assume(y == 0);
        else heddle::ensure(y != 1, "reached");
    });
    if (y == 1) x.store(5);
    reader.join();
}"""
        self.assertEqual(self.inputs_of(body), ("assertion", {"y": "1"}))

    def test_a_check_of_one_thread_under_the_branches_of_another(self):
        body = """
int main() {
    auto x = any<int>("x");
    std::atomic<int> seen{0};
    std::thread t([&] { if (x > 10) seen.store(1); });
    if (seen.load() == 1) heddle::ensure(x %s 11, "after the other's branch");
    t.join();
}"""
        self.assertEqual(self.inputs_of(body % "!="), ("assertion", {"x": "11", "seen": "1"}))
        self.assertEqual(self.result_of(body % ">=", VERIFIED)["complete"], 3)  # x <= 10; x > 10, seen or not

    def test_unanswered_questions_are_inconclusive(self):
        body = """
int main() {
    auto p = any<std::uint64_t>("p", 2, 4294967295u), q = any<std::uint64_t>("q", 2, 4294967295u);
    heddle::ensure(p * q != 4611686018427387847u, "2^62 - 57 is prime");
}"""
        result = self.result_of(body, INCONCLUSIVE, "--solver-limit", "20ms")
        self.assertEqual(result["verdict"], "inconclusive")
        self.assertIn("Z3 did not answer", result["violation"]["message"])

    def test_division_by_zero(self):
        self.assertEqual(self.inputs_of("int main() { auto x = any<int>(\"x\"); heddle::ensure(100 / (x - 3) < 101); }"),
                         ("crash", {"x": "3"}))
        self.assertEqual(self.inputs_of("int main() { auto x = any<int>(\"x\"), y = any<int>(\"y\"); heddle::assume(y != 0); "
                                        "heddle::ensure(x % y != 1 << 30); }"), ("crash", {"x": "-2147483648", "y": "-1"}))

    def test_overflow_by_option(self):
        body = "int main() { auto x = any<int>(\"x\"); auto y = x + 10; heddle::ensure(y - 10 == x); }"
        self.result_of(body, VERIFIED)
        self.assertEqual(self.inputs_of(body, "--check-overflow"), ("misuse", {"x": "2147483638"}))
        shift = "int main() { auto x = any<unsigned>(\"x\"); auto y = 1u << x; heddle::ensure(y != 0u); }"
        self.result_of(shift, VERIFIED)
        self.assertEqual(self.inputs_of(shift, "--check-overflow"), ("misuse", {"x": "32"}))
        narrow = "int main() { auto x = any<std::int8_t>(\"x\"); heddle::ensure(x + x == 2 * x); x += x; }"
        self.result_of(narrow, VERIFIED, "--check-overflow")  # int: nothing overflows

    def test_other_violations_have_inputs_too(self):
        self.assertEqual(self.inputs_of("""
int main() {
    auto x = any<int>("x"); int shared = 0;
    std::thread t([&] { if (x == 77) shared = 1; });
    shared = 2;
    t.join();
}"""), ("data-race", {"x": "77", "shared written by T1": "1", "shared written by T0": "2"}))
        self.assertEqual(self.inputs_of("""
std::mutex a, b;
int main() {
    auto x = any<int>("x");
    std::thread t([&] { if (x >= 9) { std::lock_guard f(a); std::lock_guard g(b); } });
    { std::lock_guard f(b); std::lock_guard g(a); }
    t.join();
}"""), ("deadlock", {"x": "9"}))
        self.assertEqual(self.inputs_of("""
int main() {
    auto x = any<int>("x");
    std::atomic<symbolic<int>> flag{0};
    std::thread t([&] { while (flag.load() <= 3) {} });
    flag.store(x);
    t.join();
}"""), ("livelock", {"x": "0"}))

    def test_compare_exchange_compares_values(self):
        body = """
int main() {
    auto x = any<int>("x");
    std::atomic<symbolic<int>> v{x};
    symbolic<int> expected = 5;
    bool done = v.compare_exchange_strong(expected, 6);
    heddle::ensure(done ? v.load() == 6 : expected == x, "one or the other");
    heddle::ensure(!done || x != %d, "value");
}"""
        self.assertEqual(self.result_of(body % 4, VERIFIED)["complete"], 2)
        self.assertEqual(self.inputs_of(body % 5), ("assertion", {"x": "5"}))

    def test_containers_and_algorithms(self):
        body = """
int main() {
    std::vector<symbolic<int>> v{any<int>("a"), any<int>("b"), any<int>("c")};
    std::sort(v.begin(), v.end());
    heddle::ensure((v[0] <= v[1]) & (v[1] <= v[2]), "sorted");
    std::map<symbolic<int>, int> m;
    m[v[0]] = 1; m[v[1]] = 2;
    heddle::ensure(m.size() == 2 || v[0] == v[1], "keys");
    heddle::ensure(std::max(v[0], v[2]) == v[2], "max");
}"""
        self.result_of(body, VERIFIED)

    def test_concrete_is_one_execution_for_each_value(self):
        body = "int main() { int x = heddle::concrete(any<int>(\"x\", -3, 9)); int a[13] = {}; heddle::ensure(a[x + 3] == 0); }"
        self.assertEqual(self.result_of(body, VERIFIED)["complete"], 13)

    def test_inputs_of_the_same_name_are_told_apart(self):
        body = """
int main() {
    auto get = [] { return any<int>("x"); };
    symbolic<int> mine = get(), again = get(), theirs;
    std::thread t([&] { theirs = get(); });
    t.join();
    heddle::ensure((mine != 1) | (again != 2) | (theirs != 3));
}"""
        self.assertEqual(self.inputs_of(body), ("assertion", {"x of T0, number 1": "1", "x of T0, number 2": "2", "x of T1": "3", "theirs": "3"}))

    def test_invariants_are_decided_for_all_inputs(self):
        body = """
int main() {
    auto limit = any<int>("limit", 0, 1000), x = any<int>("x", 0, 1000);
    std::mutex m; symbolic<int> balance = limit; std::atomic<symbolic<int>> drawn{0};
    heddle::invariant keeps("never below zero", heddle::value(balance) >= 0 && heddle::value(drawn) <= 1000);
    auto draw = [&] {
        std::lock_guard g(m);
        if (x %s balance) { balance -= x; drawn += x; }
    };
    std::thread t(draw);
    draw();
    t.join();
}"""
        self.assertEqual(self.result_of(body % "<=", VERIFIED)["verdict"], "verified")
        verdict, values = self.inputs_of(body % "!=")
        self.assertEqual((verdict, values["limit"], values["x"]), ("invariant", "0", "1"))
        # One value of 2^32, in one state of a thread that puts things right before it ends.
        verdict, values = self.inputs_of("""
int main() {
    auto x = any<std::uint32_t>("x");
    std::atomic<symbolic<std::uint32_t>> v{0};
    heddle::invariant keeps("never 77", heddle::value(v) != 77);
    std::thread t([&] { v.store(x + 7); v.store(0); });
    t.join();
}""")
        self.assertEqual((verdict, values["x"]), ("invariant", "70"))

    def test_misuse_of_the_type_is_a_readable_error(self):
        for body, words in (("int y = static_cast<int>(any<int>(\"x\"));", "say heddle::concrete(x)"),
                            ("any<double>(\"x\");", "hold integers"),
                            ("int a[3]; a[any<int>(\"x\")] = 1;", "error")):
            with self.subTest(body):
                self.write("program.cpp", HEADER + f"int main() {{ {body} }}")
                done = self.run_heddle("check", "program.cpp", status=BAD_INPUT)
                self.assertIn(words, done.stderr)

    def test_on_real_threads_inputs_have_one_value(self):
        self.write("bank.cpp", BANK)
        self.run_heddle("run", "bank.cpp", "--times", "3", status=VERIFIED)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    cli.HEDDLE = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
