#!/usr/bin/env python3
"""What a user sees: exit statuses, sentences, documents, traces.

    run.py path/to/heddle [unittest options, a test's name]

Each test has a folder of its own; a failure shows the command, its exit status and all it printed.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

HEDDLE = None

VERIFIED, VIOLATION, BAD_INPUT, INCONCLUSIVE, INTERNAL = range(5)
VERDICTS = {"verified", "data-race", "deadlock", "livelock", "assertion", "invariant", "exception", "crash", "memory", "misuse",
            "nondeterminism", "inconclusive", "unsupported", "build-error", "failed"}
KEYS = ["file", "pattern", "model", "verdict", "expected", "complete", "blocked", "wasted", "seconds", "violation", "trace", "effort",
        "explored"]

RACE = """
#include <pthread.h>
int shared;
static void *writer(void *unused) { (void)unused; shared = 1; return 0; }
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, writer, 0);
    shared = 2;
    pthread_join(thread, 0);
    return 0;
}
"""
GOOD = """
#include <pthread.h>
#include <stdatomic.h>
atomic_int shared;
static void *adder(void *unused) { (void)unused; atomic_fetch_add(&shared, 1); return 0; }
int main(void) {
    pthread_t threads[3];
    for (int i = 0; i < 3; ++i) pthread_create(&threads[i], 0, adder, 0);
    for (int i = 0; i < 3; ++i) pthread_join(threads[i], 0);
    return 0;
}
"""  # 3! = 6 executions
MANY = GOOD.replace("[3]", "[9]").replace("i < 3", "i < 9")  # 9! = 362,880
ENDLESS = GOOD.replace("[3]", "[12]").replace("i < 3", "i < 12")  # 12!: nobody waits for it
PATTERNS = """
#include <mutex>
#include <thread>
#include <heddle/heddle.hpp>
HEDDLE_PATTERN(guarded, "fine") {
    std::mutex mutex; int sum = 0;
    std::thread other([&] { std::lock_guard guard(mutex); ++sum; });
    { std::lock_guard guard(mutex); ++sum; }
    other.join();
    heddle::ensure(sum == 2, "nothing is lost");
}
HEDDLE_PATTERN(unguarded, "broken, and known to be", "data race") {
    int sum = 0;
    std::thread other([&] { ++sum; });
    ++sum;
    other.join();
}
"""


def crashing(statement, includes="", extra=""):
    """A program one of whose threads does that."""
    return f"""
#include <cstdlib>
#include <thread>
{includes}
{extra}
int main() {{
    std::thread other([] {{ {statement} }});
    other.join();
}}
"""


class Heddle(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="heddle-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return name

    def run_heddle(self, *words, status, seconds=120, **more):
        done = subprocess.run([HEDDLE, *words], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=seconds, **more)
        self.assertEqual(done.returncode, done.returncode if status is None else status,
                         f"\n$ heddle {' '.join(words)}\n{done.stdout}\n--- stderr\n{done.stderr}")
        return done

    def keys_of(self, result):
        return [key for key in result if key not in ("invariants", "states", "state_bytes")]

    def check_json(self, *words, status):
        done = self.run_heddle("check", "--json", *words, status=status)
        document = json.loads(done.stdout)
        self.assertEqual(list(document), ["schema", "results"])
        self.assertEqual(document["schema"], "heddle.check/1")
        for result in document["results"]:
            self.assertEqual(self.keys_of(result), KEYS)
            self.assertEqual("states" in result, result["explored"] == "states")
            self.assertIn(result["verdict"], VERDICTS)
            self.assertIn(result["expected"], VERDICTS)
        return document["results"]

    def verdict_of(self, source, verdict, status, name="program.cpp", words=()):
        """Checks the program; its only result has this verdict, and a sentence says why when it is not verified."""
        self.write(name, source)
        results = self.check_json(name, *words, status=status)
        self.assertEqual([r["verdict"] for r in results], [verdict], results)
        if verdict != "verified":
            self.assertTrue(results[0]["violation"]["message"], results)
        return results[0]


class Input(Heddle):
    def test_syntax_error(self):
        self.write("bad.cpp", "int main( { }\n")
        done = self.run_heddle("check", "bad.cpp", status=BAD_INPUT)
        self.assertIn("bad.cpp:1:", done.stderr)  # the compiler's own words
        self.assertIn("heddle: bad.cpp does not compile", done.stderr)
        self.assertEqual([r["verdict"] for r in self.check_json("bad.cpp", status=BAD_INPUT)], ["build-error"])

    def test_missing_file(self):
        done = self.run_heddle("check", "nowhere.cpp", status=BAD_INPUT)
        self.assertEqual(done.stderr, "heddle: no such file: nowhere.cpp\n")
        self.assertEqual([(r["file"], r["pattern"], r["model"], r["verdict"], r["violation"]["message"])
                          for r in self.check_json("nowhere.cpp", "--model", "sc,tso", status=BAD_INPUT)],
                         [("nowhere.cpp", "main", model, "build-error", "no such file: nowhere.cpp") for model in ("sc", "tso")])

    def test_every_input_has_an_entry(self):
        self.write("good.c", GOOD)
        self.write("bad.c", "int main(\n")
        self.write("unlinked.c", "void nowhere_defined(void);\nint main(void) { nowhere_defined(); return 0; }\n")
        self.write("part.c", "int part(void) { return 1; }\n")
        self.write("notes.txt", "int main() {}\n")
        self.write("library.so", "not an object\n")
        self.write("expects.cpp", PATTERNS.replace('"data race"', '"surprise"'))
        (self.folder / "empty").mkdir()
        wrong = ["bad.c", "unlinked.c", "part.c", "notes.txt", "library.so", "expects.cpp", "empty", "nowhere.c"]
        results = self.check_json("good.c", *wrong, status=BAD_INPUT)
        self.assertEqual(sorted((r["file"], r["verdict"]) for r in results), sorted([("good.c", "verified")] + [(name, "build-error") for name in wrong]))
        for result in results:
            self.assertEqual(bool(result["violation"]), result["verdict"] != "verified")

    def test_file_without_main_or_patterns(self):
        self.write("part.cpp", "int part() { return 1; }\n")
        done = self.run_heddle("check", "part.cpp", status=BAD_INPUT)
        self.assertEqual(done.stderr, "heddle: part.cpp has neither a main nor a HEDDLE_PATTERN: there is nothing to check\n")
        self.assertEqual([r["verdict"] for r in self.check_json("part.cpp", status=BAD_INPUT)], ["build-error"])

    def test_empty_folder(self):
        (self.folder / "empty").mkdir()
        done = self.run_heddle("check", "empty", status=BAD_INPUT)
        self.assertEqual(done.stderr, "heddle: no C or C++ source file in the folder empty\n")

    def test_file_of_another_kind(self):
        self.write("notes.txt", "int main() {}\n")
        self.assertIn("neither C or C++", self.run_heddle("check", "notes.txt", status=BAD_INPUT).stderr)

    def test_library_that_is_none(self):
        self.write("library.so", "not an object\n")
        self.assertIn("library.so", self.run_heddle("check", "library.so", status=BAD_INPUT).stderr)

    def test_usage(self):
        for words in ([], ["check"], ["check", "--no-such-option"], ["weave"], ["check", "a.c", "--jobs", "many"]):
            self.run_heddle(*words, status=BAD_INPUT)
        self.write("good.c", GOOD)
        for words, sentence in ((["--model", "arm"], "no such memory model: arm"), (["--time-limit", "soon"], "no duration"),
                                (["--report", "r.pdf"], "formats .txt, .perfetto.json, .json, .html, .md, .sarif, .xml, .dot and .github"), (["--pattern", "x*"], 'no pattern matches "x*"')):
            done = self.run_heddle("check", "good.c", *words, status=BAD_INPUT)
            self.assertIn(sentence, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_undefined_function(self):
        self.write("undefined.c", "void nowhere_defined(void);\nint main(void) { nowhere_defined(); return 0; }\n")
        done = self.run_heddle("check", "undefined.c", status=BAD_INPUT)
        self.assertIn("nowhere_defined", done.stderr)


class Programs(Heddle):
    def test_verified(self):
        result = self.verdict_of(GOOD, "verified", VERIFIED, "good.c")
        self.assertEqual((result["complete"], result["violation"], result["trace"]), (6, None, None))
        done = self.run_heddle("check", "good.c", status=VERIFIED)
        self.assertRegex(done.stdout, r"^verified  good\.c  rc11  6 executions, 0 blocked, \d+\.\d+ s\n$")
        self.assertEqual(done.stderr, "")

    def test_models(self):
        self.write("good.c", GOOD)
        results = self.check_json("good.c", "--model", "sc,tso,rc11", status=VERIFIED)
        self.assertEqual([(r["model"], r["complete"]) for r in results], [("sc", 6), ("tso", 6), ("rc11", 6)])

    def test_folder_of_mixed_files(self):
        self.write("all/good.c", GOOD)
        self.write("all/below/race.c", RACE)
        self.write("all/part.cpp", "int part();\n")
        self.write("all/notes.txt", "int main() {}\n")
        self.write("all/.hidden/bad.c", "int main(\n")
        results = self.check_json("all", status=VIOLATION)
        self.assertEqual([(r["file"], r["verdict"]) for r in results], [("all/below/race.c", "data-race"), ("all/good.c", "verified")])

    def test_gravest_status_wins(self):
        self.write("good.c", GOOD)
        self.write("bad.c", "int main(\n")
        self.write("race.c", RACE)
        self.run_heddle("check", "good.c", "bad.c", status=BAD_INPUT)
        self.run_heddle("check", "good.c", "nowhere.c", status=BAD_INPUT)
        done = self.run_heddle("check", "bad.c", "race.c", "good.c", "nowhere.c", "--jobs", "2", status=VIOLATION)
        self.assertIn("4 checks: 1 as expected, 1 violation, 2 not checked", done.stdout)

    def test_one_program(self):
        self.write("main.c", "int part(void);\nint main(void) { return part(); }\n")
        self.write("part.c", "int part(void) { return 0; }\n")
        self.run_heddle("check", "main.c", "part.c", "--one-program", status=VERIFIED)
        self.run_heddle("check", ".", "--one-program", status=VERIFIED)

    def test_options_and_arguments(self):
        self.write("include/limit.h", "#define LIMIT 2\n")
        self.write("arguments.c", '#include <assert.h>\n#include <string.h>\n#include "limit.h"\n'
                   'int main(int argc, char **argv) { assert(argc == LIMIT + EXTRA && !strcmp(argv[1], "7") && '
                   '!strcmp(argv[2], "-v")); return 0; }\n')
        self.run_heddle("check", "arguments.c", "--", "-I", "include", "-DEXTRA=1", "7", "--", "-v", status=VERIFIED)

    def test_program_with_a_static_constructor_that_prints(self):
        self.verdict_of('#include <cstdio>\nstruct Loud { Loud() { std::puts("hello"); } } loud;\nint main() {}\n', "verified", VERIFIED)

    @unittest.skipUnless(shutil.which("clang++"), "clang is not installed")
    def test_clang(self):
        self.verdict_of(GOOD, "verified", VERIFIED, "good.c", ["--compiler", "clang++"])
        self.verdict_of(PATTERNS.replace("HEDDLE_PATTERN(unguarded", "HEDDLE_PATTERN(other"), "verified", VERIFIED, "patterns.cpp",
                        ["--compiler", "clang", "--pattern", "guarded"])


    def test_the_program_can_tell_that_it_is_checked(self):
        self.verdict_of("int main(void) { return __HEDDLE__ != 1; }\n", "verified", VERIFIED, "macro.c")

    def test_the_next_command_is_named(self):
        self.write("bad.c", "int main(\n")
        self.write("signals.c", "#include <signal.h>\nint main(void) { return raise(0); }\n")
        self.write("endless.c", ENDLESS)
        for words, status in ((["bad.c"], BAD_INPUT), (["nowhere.c"], BAD_INPUT), (["signals.c"], INCONCLUSIVE),
                              (["endless.c", "--max-executions", "10"], INCONCLUSIVE)):
            done = self.run_heddle("check", *words, status=status)
            self.assertEqual(done.stdout.count("  next: heddle "), 1, done.stdout)


class Patterns(Heddle):
    def test_expected_verdicts_are_met(self):
        self.write("patterns.cpp", PATTERNS)
        results = self.check_json("patterns.cpp", status=VERIFIED)
        self.assertEqual([(r["pattern"], r["verdict"], r["expected"]) for r in results],
                         [("guarded", "verified", "verified"), ("unguarded", "data-race", "data-race")])
        done = self.run_heddle("check", "patterns.cpp", status=VERIFIED)
        self.assertEqual(len(done.stdout.splitlines()), 3)  # an expected violation is one line

    def test_expected_bug_that_is_not_there(self):
        self.write("patterns.cpp", PATTERNS.replace('"fine"', '"broken, they say", "deadlock"'))
        self.assertIn("(expected: deadlock)", self.run_heddle("check", "patterns.cpp", status=VIOLATION).stdout)

    def test_unknown_expectation(self):
        self.write("patterns.cpp", PATTERNS.replace('"data race"', '"surprise"'))
        self.assertIn('expects "surprise", which is no verdict', self.run_heddle("check", "patterns.cpp", status=BAD_INPUT).stderr)

    def test_glob(self):
        self.write("patterns.cpp", PATTERNS)
        self.assertEqual([r["pattern"] for r in self.check_json("patterns.cpp", "--pattern", "un*", status=VERIFIED)], ["unguarded"])

    def test_list(self):
        self.write("patterns.cpp", PATTERNS)
        self.write("good.c", GOOD)
        done = self.run_heddle("list", ".", status=VERIFIED)
        self.assertIn("guarded    fine\n", done.stdout)
        self.assertIn("unguarded  broken, and known to be  (expected: data race)\n", done.stdout)
        self.run_heddle("list", "nowhere", status=BAD_INPUT)

    def test_new(self):
        self.run_heddle("new", "first", status=VERIFIED)
        self.run_heddle("check", "first.cpp", status=VERIFIED)
        (self.folder / "first.cpp").write_text("mine")
        self.assertIn("first.cpp exists already", self.run_heddle("new", "first", status=BAD_INPUT).stderr)
        self.assertEqual((self.folder / "first.cpp").read_text(), "mine")
        self.run_heddle("new", "no-name", status=BAD_INPUT)


class Limits(Heddle):
    def test_max_executions(self):
        result = self.verdict_of(MANY, "inconclusive", INCONCLUSIVE, "many.c", ["--max-executions", "100"])
        self.assertEqual(result["complete"] + result["blocked"], 100)

    def test_time_limit(self):
        started = time.monotonic()
        self.verdict_of(ENDLESS, "inconclusive", INCONCLUSIVE, "endless.c", ["--time-limit", "300ms", "--explore", "graphs"])
        self.assertLess(time.monotonic() - started, 10)

    def assert_ends(self, words, seconds, verdict="inconclusive", environment=None):
        started = time.monotonic()
        done = subprocess.run([HEDDLE, "check", "--json", *words], cwd=self.folder, capture_output=True, text=True, timeout=60,
                              env={**os.environ, **(environment or {})})
        self.assertLess(time.monotonic() - started, seconds, done.stdout)
        self.assertEqual([r["verdict"] for r in json.loads(done.stdout)["results"]], [verdict], done.stdout)
        return json.loads(done.stdout)["results"][0]

    def test_limits_hold_whatever_the_program_does(self):
        """Each within two seconds of the limit; a busy machine is given two more."""
        endless = {
            "loop.c": 'int main(void) { __asm__ volatile("1: inc %rax; jnz 1b"); return 0; }\n',
            "constructor.cpp": "volatile int n;\nstruct S { S() { for (;;) n = n + 1; } } s;\nint main() {}\n",
            "read.c": '#include <fcntl.h>\n#include <unistd.h>\nint main(void) { char c; return (int)read(open("/dev/ptmx", O_RDONLY), &c, 1); }\n',
            "memset.c": "#include <string.h>\nstatic char m[1 << 28];\nint main(void) { for (int i = 0;; ++i) memset(m, i, sizeof m); }\n",
        }
        for name, text in endless.items():
            with self.subTest(name):
                self.write(name, text)
                self.run_heddle("list", name, status=VERIFIED) if name == "loop.c" else None  # built before
                result = self.assert_ends([name, "--time-limit", "2s"], 6 + 4)
                self.assertRegex(result["violation"]["message"], "time limit was reached|has not returned after 2 s")

    def test_compiler_that_never_returns(self):
        self.write("sleeper", "#!/bin/sh\nsleep 600 & wait\n")
        (self.folder / "sleeper").chmod(0o755)
        self.write("good.c", GOOD)
        result = self.assert_ends(["good.c", "--time-limit", "2s", "--compiler", "./sleeper"], 6)
        self.assertIn("the compiler has not come to its end after 2 s", result["violation"]["message"])
        self.assertNotIn("sleep 600", subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout)

    def test_what_was_covered_is_told(self):
        """The second execution never ends; the first one counts."""
        self.write("half.c", """#include <pthread.h>
#include <stdatomic.h>
atomic_int x;
static void *writer(void *unused) { x = 1; return unused; }
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, writer, 0);
    if (x == 0) __asm__ volatile("1: inc %rax; jnz 1b"); // nobody knows whether it ends
    pthread_join(thread, 0);
    return 0;
}
""")
        result = self.assert_ends(["half.c", "--time-limit", "2s"], 6 + 4)
        self.assertIn("complete executions", result["violation"]["message"])

    def test_stops_whatever_the_program_does(self):
        self.write("loop.c", '#include <unistd.h>\nint main(void) { __asm__ volatile("1: inc %rax; jnz 1b"); return 0; }\n')
        for number in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen([HEDDLE, "check", "--json", "loop.c"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       text=True, start_new_session=True)
            time.sleep(2)
            started = time.monotonic()
            process.send_signal(number)
            out, _ = process.communicate(timeout=20)
            self.assertLess(time.monotonic() - started, 2 + 2)
            self.assertEqual((process.returncode, json.loads(out)["results"][0]["verdict"]), (INCONCLUSIVE, "inconclusive"))

    def test_a_killed_check_is_no_verified_one(self):
        self.write("endless.c", ENDLESS)
        process = subprocess.Popen([HEDDLE, "check", "--json", "endless.c", "--explore", "graphs"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, start_new_session=True)
        time.sleep(3)
        children = subprocess.run(["ps", "-o", "pid=,ppid=", "-s", str(process.pid)], capture_output=True, text=True).stdout.split("\n")
        pairs = [tuple(map(int, line.split())) for line in children if line.strip()]
        parents = {parent for _, parent in pairs}
        for pid, parent in pairs:
            if pid not in parents and pid != process.pid:  # the process of the check
                os.kill(pid, signal.SIGABRT)
        out, _ = process.communicate(timeout=30)
        self.assertEqual([r["verdict"] for r in json.loads(out)["results"]], ["failed"])
        self.assertEqual(process.returncode, INTERNAL)

    def test_interrupt(self):
        self.write("endless.c", ENDLESS)
        self.write("endless2.c", ENDLESS)
        self.write("good.c", GOOD)
        command = [HEDDLE, "check", "good.c", "endless.c", "endless2.c", "--jobs", "1", "--json", "--explore", "graphs"]
        for whole_group in (False, True):  # kill, and Ctrl-C, which reaches the workers by itself too
            process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                       start_new_session=True)
            time.sleep(2)
            (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
            out, errors = process.communicate(timeout=20)
            self.assertEqual(process.returncode, INCONCLUSIVE, errors)
            results = json.loads(out)["results"]
            self.assertEqual([r["verdict"] for r in results], ["verified", "inconclusive", "inconclusive"])
            self.assertGreater(results[1]["complete"], 0)


class Violations(Heddle):
    def test_report_and_replay(self):
        self.write("race.c", RACE)
        done = self.run_heddle("check", "race.c", status=VIOLATION)
        self.assertIn("data race", done.stdout.splitlines()[0])  # the verdict first
        self.assertRegex(done.stdout.splitlines()[-1], r"^data-race  race\.c  rc11  (1st execution|\d+ executions?), ")  # the counts last
        result = self.check_json("race.c", status=VIOLATION)[0]
        self.assertEqual(sorted(t["line"] for t in result["violation"]["threads"]), [4, 8])
        trace = result["trace"]
        self.assertEqual(trace, "heddle-traces/race.main.rc11.json")

        again = self.run_heddle("replay", trace, status=VIOLATION)
        self.assertIn("replayed: the same data-race again", again.stdout)
        story = self.run_heddle("report", trace, status=VERIFIED).stdout
        self.assertTrue(again.stdout.startswith(story))  # the replayed execution is told in the same words
        self.assertEqual(json.loads(self.run_heddle("report", trace, "--format", "json", status=VERIFIED).stdout)["violation"]["kind"],
                         "data-race")

    def test_replay_from_another_folder(self):
        self.write("race.c", RACE)
        trace = self.check_json("race.c", "--trace-dir", "deep/traces", status=VIOLATION)[0]["trace"]
        (self.folder / "elsewhere").mkdir()
        done = subprocess.run([HEDDLE, "replay", f"../{trace}"], cwd=self.folder / "elsewhere", capture_output=True, text=True)
        self.assertEqual(done.returncode, VIOLATION, done.stderr)

    def test_replay_of_every_kind(self):
        programs = {
            "assertion": GOOD.replace("return 0;\n}", "assert(shared != 3);\n return 0;\n}").replace("#include <pthread.h>", "#include <assert.h>\n#include <pthread.h>"),
            "deadlock": "#include <pthread.h>\npthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;\n"
                        "int main(void) { pthread_mutex_lock(&m); pthread_mutex_lock(&m); return 0; }\n",
            "crash": "int main(void) { *(volatile int *)0 = 1; return 0; }\n",
        }
        for verdict, source in programs.items():
            with self.subTest(verdict):
                trace = self.verdict_of(source, verdict, VIOLATION, f"{verdict}.c")["trace"]
                self.assertIn(f"the same {verdict} again", self.run_heddle("replay", trace, status=VIOLATION).stdout)

    def test_replay_of_a_changed_program(self):
        self.write("race.c", RACE)
        trace = self.check_json("race.c", status=VIOLATION)[0]["trace"]
        self.write("race.c", GOOD)
        done = self.run_heddle("replay", trace, status=INCONCLUSIVE)
        self.assertIn("did not happen again", done.stderr)
        self.assertRegex(done.stderr, r"the program has changed: (step \d+ of \d+:|after its last step) thread \d .*race\.c:\d+")
        (self.folder / "race.c").unlink()
        self.assertIn("no such file", self.run_heddle("replay", trace, status=BAD_INPUT).stderr)

    def test_replay_of_repaired_programs(self):
        """The daily loop: the bug is mended, and the trace is replayed. It says so; it does not claim the bug, or fall."""
        choose = lambda n: ('#include <heddle/heddle.hpp>\n#include <thread>\nHEDDLE_PATTERN(chosen, "any") {\n int n = 0;\n'
                            f' std::thread t([&] {{ n = int(heddle::choose({n})); }}); t.join();\n heddle::ensure(n != 2, "not two");\n}}\n')
        lock = ("#include <pthread.h>\npthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;\n"
                "static void *other(void *u) { pthread_mutex_lock(&%s); pthread_mutex_lock(&%s); pthread_mutex_unlock(&a); pthread_mutex_unlock(&b); return u; }\n"
                "int main(void) { pthread_t t; pthread_create(&t, 0, other, 0); pthread_mutex_lock(&a); pthread_mutex_lock(&b); "
                "pthread_mutex_unlock(&b); pthread_mutex_unlock(&a); pthread_join(t, 0); return 0; }\n")
        flag = ("#include <atomic>\n#include <cassert>\n#include <thread>\nint message; std::atomic<int> data, ready;\n"
                "int main() { std::thread t([] { data.store(1, std::memory_order_relaxed); ready.store(1, std::memory_order_%s); });\n"
                "if (ready.load(std::memory_order_%s)) assert(data.load(std::memory_order_relaxed)); t.join(); }\n")
        signal_lost = ("#include <condition_variable>\n#include <mutex>\n#include <thread>\nstd::mutex m; std::condition_variable c; bool r;\n"
                       "int main() { std::thread t([] { std::lock_guard g(m); r = true; c.notify_one(); });\n"
                       "{ std::unique_lock l(m); %s c.wait(l); } t.join(); }\n")
        loops = ("#include <atomic>\n#include <thread>\nstd::atomic<int> go; int main() { std::thread t([] { while (!go) {} }); %s t.join(); }\n")
        for name, broken, mended in (("choose.cpp", choose(3), choose(2)), ("lock.c", lock % ("b", "a"), lock % ("a", "b")),
                                     ("flag.cpp", flag % ("relaxed", "relaxed"), flag % ("release", "acquire")),
                                     ("signal.cpp", signal_lost % "", signal_lost % "while (!r)"), ("loops.cpp", loops % "", loops % "go = 1;")):
            with self.subTest(name):
                self.write(name, broken)
                trace = self.check_json(name, status=VIOLATION)[0]["trace"]
                self.assertIn("again", self.run_heddle("replay", trace, status=VIOLATION).stdout)
                self.write(name, mended)
                done = self.run_heddle("replay", trace, status=INCONCLUSIVE)
                self.assertIn("the program has changed", done.stderr)
                self.assertIn("next: heddle check", done.stderr)
                self.run_heddle("check", name, status=VERIFIED)
                self.write(name, broken)
                self.assertIn("again", self.run_heddle("replay", trace, status=VIOLATION).stdout)

    def test_replay_of_what_still_happens(self):
        self.write("race.c", RACE)
        trace = self.check_json("race.c", status=VIOLATION)[0]["trace"]
        self.write("race.c", "/* a comment more */\n\n" + RACE)
        self.assertIn("the same data-race again, although the program has changed", self.run_heddle("replay", trace, status=VIOLATION).stdout)

    def test_a_trace_runs_nothing_that_its_reader_would_not(self):
        self.write("race.c", RACE)
        trace = self.folder / self.check_json("race.c", status=VIOLATION)[0]["trace"]
        original = json.loads(trace.read_text())
        self.write("evil", f"#!/bin/sh\ntouch {self.folder}/executed\nexec gcc \"$@\"\n")
        (self.folder / "evil").chmod(0o755)
        (self.folder / "theirs.c").write_text(RACE)
        (self.folder / "theirs.c").chmod(0o666)
        for change in ({"compiler": str(self.folder / "evil")}, {"compiler": "sh -c true"}, {"options": [f"-fplugin={self.folder}/evil.so"]},
                       {"options": ["-wrapper", f"{self.folder}/evil"]}, {"options": ["-B", str(self.folder)]}, {"options": ["@words"]},
                       {"options": ["-Wl,-rpath,/tmp"]}, {"options": ["-fuse-ld=/tmp/ld"]}, {"sources": [str(self.folder / "theirs.c")]}):
            with self.subTest(change):
                trace.write_text(json.dumps({**original, "build": {**original["build"], **change}}))
                done = self.run_heddle("replay", str(trace), status=BAD_INPUT)
                self.assertIn("--trust", done.stderr)
                self.assertFalse((self.folder / "executed").exists())
        trace.write_text(json.dumps({**original, "build": {**original["build"], "compiler": str(self.folder / "evil")}}))
        self.run_heddle("replay", "--trust", str(trace), status=VIOLATION)
        self.assertTrue((self.folder / "executed").exists())
        for harmless in (["-O2", "-DN=3", "-I", "include"], ["-std=c17", "-Wall", "-lm", "-fno-inline"]):
            trace.write_text(json.dumps({**original, "build": {**original["build"], "options": harmless}}))
            self.run_heddle("replay", str(trace), status=VIOLATION)
        self.run_heddle("replay", str(trace), status=VIOLATION, env={**os.environ, "CC": "gcc -pipe"})

    def test_a_trace_writes_nothing_but_text(self):
        self.write("race.c", RACE)
        trace = self.folder / self.check_json("race.c", status=VIOLATION)[0]["trace"]
        escape = "\x1b]0;owned\x07\x1b[31m"
        text = json.loads(trace.read_text())
        text["file"] = text["pattern"] = text["violation"]["message"] = escape
        for step in text["steps"]:
            step["object"] = step["note"] = escape
        for thread in text["threads"]:
            thread["name"] = escape
        trace.write_text(json.dumps(text))
        self.assertNotIn("\x1b", self.run_heddle("report", str(trace), status=VERIFIED).stdout)
        done = self.run_heddle("replay", str(trace), status=BAD_INPUT)
        self.assertNotIn("\x1b", done.stdout + done.stderr)

    def test_printed_commands_can_be_pasted(self):
        self.write("two words; ls.c", RACE)
        done = self.run_heddle("check", "two words; ls.c", status=VIOLATION)
        command = re.search(r"\((heddle replay .*)\)", done.stdout)[1]
        again = subprocess.run(["sh", "-c", command.replace("heddle", HEDDLE, 1)], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(again.returncode, VIOLATION, again.stderr)

    def test_programs_of_one_name_checked_at_once(self):
        """As ctest -j2 does: two processes."""
        self.write("a/t.c", RACE)
        self.write("b/t.c", RACE.replace("shared", "common"))
        self.write("b/t.cpp", RACE.replace("shared", "another").replace("static void *writer(void *unused)", "static void *writer(void *)").replace("(void)unused;", ""))
        traces = [self.check_json(*words, status=VIOLATION)[0]["trace"] for words in (["a/t.c"], ["b/t.c"], ["b/t.cpp"], ["b/t.c", "--", "-DOTHER"])]
        self.assertEqual(len(set(traces)), 4)
        for trace, name in zip(traces, ("shared", "common", "another", "common")):
            self.assertIn(name, self.run_heddle("replay", trace, status=VIOLATION).stdout)

    def test_traces_that_are_none(self):
        self.write("other.json", "{}")
        for command in ("replay", "report"):
            self.assertIn("other.json", self.run_heddle(command, "other.json", status=BAD_INPUT).stderr)
            self.assertIn("nowhere.json", self.run_heddle(command, "nowhere.json", status=BAD_INPUT).stderr)

    def test_programs_of_one_name_keep_their_traces_apart(self):
        self.write("one/race.c", RACE)
        self.write("two/race.c", RACE)
        self.assertEqual(len({r["trace"] for r in self.check_json(".", status=VIOLATION)}), 2)

    def test_report_files(self):
        self.write("race.c", RACE)
        self.run_heddle("check", "race.c", "--report", "r.json", "--report", "r.txt", status=VIOLATION)
        self.assertEqual(json.loads((self.folder / "r.json").read_text())["results"][0]["verdict"], "data-race")
        self.assertIn("data race", (self.folder / "r.txt").read_text())

    def test_every_command_that_gives_answers_writes_every_format(self):
        self.write("race.c", RACE)
        self.write("bad.c", "int main( { }")
        files = ("r.json", "r.txt", "r.md")
        options = [word for name in files for word in ("--report", name)]
        commands = {"check": (["race.c", "bad.c"], VIOLATION), "run": (["race.c", "bad.c", "--record", "race.rec", "--jobs", "2"], VIOLATION),
                    "predict": (["race.race.main.rec"], VIOLATION), "replay": (["heddle-traces/race.main.rc11.json"], VIOLATION)}
        for command, (words, status) in commands.items():
            with self.subTest(command=command):
                said = self.run_heddle(command, *words, *options, status=status).stdout
                json_text, text, markdown = (((self.folder / name).read_text()) for name in files)
                document = json.loads(json_text)
                self.assertEqual(document["schema"], f"heddle.{'prediction' if command == 'predict' else command}/1")
                for one in (text, markdown):
                    self.assertIn("writes `shared` while T", one.replace("\\`", "`"))
                self.assertNotIn("\x1b", text + markdown + json_text)
                self.assertTrue(markdown.startswith("# heddle"))
                if command in ("check", "run"): # a file has the compiler's words too, which the terminal has on stderr
                    self.assertIn("error:", text)
                    self.assertIn("bad.c does not compile", markdown)
                    self.assertNotIn("error:", said)
                for name in files:
                    (self.folder / name).unlink()
                self.assertIn(".txt, .perfetto.json, .json, .html, .md, .sarif, .xml, .dot and .github", self.run_heddle(command, words[0], "--report", "r.pdf", status=BAD_INPUT).stderr)

    def test_formats_for_tools_are_what_their_readers_read(self):
        self.write("race & <b>.cpp", RELAXED_PASSING)
        files = {name: self.folder / f"r.{name}" for name in ("sarif", "xml", "dot", "perfetto.json", "github")}
        options = [word for file in files.values() for word in ("--report", str(file))]
        self.run_heddle("check", ".", "--model", "rc11,sc", *options, status=VIOLATION)
        sarif = json.loads(files["sarif"].read_text())
        run = sarif["runs"][0]
        self.assertEqual((sarif["version"], run["tool"]["driver"]["name"]), ("2.1.0", "heddle"))
        result = run["results"][0]
        self.assertEqual(run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"], result["ruleId"])
        self.assertEqual(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "race%20%26%20%3Cb%3E.cpp")
        flows = result["codeFlows"][0]["threadFlows"]
        self.assertEqual(len(flows), 3)
        order = sorted(step["executionOrder"] for flow in flows for step in flow["locations"])
        self.assertEqual(order, list(range(1, len(order) + 1)))
        suite = xml.etree.ElementTree.parse(files["xml"]).getroot()
        self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("errors")), ("2", "1", "0"))
        self.assertEqual([case.get("name") for case in suite.iter("testcase")], ["main [rc11]", "main [sc]"])
        events = json.loads(files["perfetto.json"].read_text())["traceEvents"]
        self.assertEqual({e["tid"] for e in events if e["ph"] == "X"}, {0, 1, 2})
        starts, ends = ({e["id"] for e in events if e["ph"] == ph} for ph in "sf")
        self.assertEqual(starts, ends)
        self.assertRegex(files["github"].read_text(), r"^::error file=race & <b>\.cpp,line=\d+,col=\d+,title=assertion::.*\n$")
        dot = files["dot"].read_text()
        self.assertEqual(dot.count("{"), dot.count("}"))
        self.assertEqual((dot.count("[style=dotted]"), dot.count('label="rf"')), (2, 1))

    def test_files_have_no_colours_although_the_terminal_has(self):
        self.write("race.c", RACE)
        pseudo, terminal = os.openpty()
        process = subprocess.Popen([HEDDLE, "check", "race.c", "--report", "r.txt"], cwd=self.folder, stdout=terminal, stderr=terminal,
                                   env={key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"})
        os.close(terminal)
        shown = b""
        try:
            while part := os.read(pseudo, 65536):
                shown += part
        except OSError: # it has closed its end
            pass
        self.assertEqual(process.wait(), VIOLATION)
        os.close(pseudo)
        self.assertIn(b"\x1b[", shown)
        self.assertNotIn("\x1b", (self.folder / "r.txt").read_text())

    def test_what_an_exploration_cost_is_shown(self):
        self.write("good.c", GOOD)
        self.assertIn("  effort: ", self.run_heddle("check", "good.c", "--verbose", status=VERIFIED).stdout)
        self.assertNotIn("effort", self.run_heddle("check", "good.c", status=VERIFIED).stdout)
        self.assertGreater(self.check_json("good.c", status=VERIFIED)[0]["effort"]["native_operations"], 0)

    @unittest.skipUnless(shutil.which("gdb"), "gdb is not installed")
    def test_gdb_stops_at_the_violation(self):
        self.write("race.c", RACE)
        trace = self.check_json("race.c", status=VIOLATION)[0]["trace"]
        done = self.run_heddle("replay", "--gdb", trace, status=0)
        self.assertIn("shared = ", done.stdout)
        self.assertRegex(done.stdout, r"race\.c:(4|8)\n")


POOL = """
#include <cassert>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>
class Pool {
public:
    explicit Pool(unsigned n) { for (unsigned i = 0; i < n; ++i) workers_.emplace_back([this] { work(); }); }
    ~Pool() { { std::lock_guard l(m_); stop_ = true; } cv_.notify_all(); for (auto& w : workers_) w.join(); }
    template <class F> auto submit(F f) -> std::future<decltype(f())> {
        auto task = std::make_shared<std::packaged_task<decltype(f())()>>(std::move(f));
        auto result = task->get_future();
        { std::lock_guard l(m_); tasks_.push_back([task] { (*task)(); }); }
        cv_.notify_one();
        return result;
    }
private:
    void work() {
        for (;;) {
            std::function<void()> task;
            {
                std::unique_lock l(m_);
                cv_.wait(l, [this] { return stop_ || !tasks_.empty(); });
                if (tasks_.empty()) return;
                task = std::move(tasks_.front());
                tasks_.pop_front();
            }
            task();
        }
    }
    std::mutex m_; std::condition_variable cv_; std::deque<std::function<void()>> tasks_; bool stop_ = false;
    std::vector<std::thread> workers_;
};
int main() {
    Pool p(2);
    std::vector<std::future<int>> fs;
    for (int i = 0; i < 2; ++i) fs.push_back(p.submit([i] { return i * i; }));
    for (int i = 0; i < 2; ++i) assert(fs[i].get() == i * i);
}
"""
SERVERS = """
#include <atomic>
#include <thread>
std::atomic<int> flag[2], turn;
int inside;
void enter_and_leave(int i) {
    for (;;) {
        flag[i] = 1;
        turn = 1 - i;
        while (flag[1 - i] && turn == 1 - i) {}
        inside ^= 1;
        flag[i] = 0;
    }
}
int main() { std::thread a(enter_and_leave, 0), b(enter_and_leave, 1); a.join(); b.join(); }
"""
PHILOSOPHERS = """
#include <mutex>
#include <thread>
#include <vector>
std::mutex forks[3];
int meals[3];
int main() {
    std::vector<std::thread> all;
    for (int i = 0; i < 3; ++i)
        all.emplace_back([i] { for (;;) { std::lock_guard a(forks[i]); std::lock_guard b(forks[(i + 1) % 3]); meals[i] ^= 1; } });
    for (auto& t : all) t.join();
}
"""


class States(Heddle):
    def test_a_pool_with_futures(self):
        result = self.verdict_of(POOL, "verified", VERIFIED, words=["--explore", "states"])
        self.assertEqual(result["explored"], "states")
        self.assertLess(result["states"], 200_000)
        shown = self.run_heddle("check", "program.cpp", "--explore", "states", status=VERIFIED).stdout
        self.assertIn(f"{result['states']} states", shown)

    def test_endless_loops(self):
        result = self.verdict_of(SERVERS, "verified", VERIFIED)
        self.assertEqual(result["explored"], "states")  # by itself
        self.verdict_of(SERVERS.replace("while (flag[1 - i] && turn == 1 - i) {}", ""), "data-race", VIOLATION)

    def test_a_deadlock_of_servers_is_replayed(self):
        result = self.verdict_of(PHILOSOPHERS, "deadlock", VIOLATION, words=["--explore", "states"])
        replayed = self.run_heddle("replay", result["trace"], status=VIOLATION)
        self.assertIn("deadlock", replayed.stdout)

    def test_what_states_do_not_describe(self):
        self.write("clock.cpp", "#include <chrono>\n#include <thread>\nint main() { std::thread t([] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); "
                   "(void)std::chrono::steady_clock::now(); }); t.join(); }\n")
        self.assertIn("explored by graphs", self.run_heddle("check", "clock.cpp", "--explore", "states", status=INCONCLUSIVE).stdout)
        self.run_heddle("check", "clock.cpp", status=VERIFIED)

    def test_what_is_kept_outside_of_memory(self):
        head = "#include <pthread.h>\n#include <heddle/heddle.hpp>\nvoid* nothing(void*) { return nullptr; }\n"
        programs = {
            "key.cpp": head + "pthread_key_t k; int main() { pthread_key_create(&k, nullptr); pthread_t t; pthread_create(&t, nullptr, nothing, nullptr); "
                       "if (heddle::choose(2)) pthread_setspecific(k, &k); pthread_join(t, nullptr); heddle::ensure(!pthread_getspecific(k), \"unset\"); }",
            "joined.cpp": head + "int main() { pthread_t t; pthread_create(&t, nullptr, nothing, nullptr); if (heddle::choose(2)) pthread_join(t, nullptr); "
                          "pthread_join(t, nullptr); }"}
        for name, verdict in (("key.cpp", "assertion"), ("joined.cpp", "misuse")):
            self.verdict_of(programs[name], verdict, VIOLATION, name)
            self.write(name, programs[name])
            found = self.check_json(name, "--explore", "states", status=None)[0]["verdict"]
            self.assertIn(found, (verdict, "inconclusive"), name)

    def test_many_graphs_are_left_for_states(self):
        result = self.verdict_of(MANY, "verified", VERIFIED, "many.c")
        self.assertEqual(result["explored"], "states")
        self.assertEqual(self.verdict_of(MANY, "verified", VERIFIED, "many.c", ["--explore", "graphs"])["complete"], 362880)
        self.assertEqual(self.verdict_of(GOOD, "verified", VERIFIED, "good.c")["complete"], 6)

    def test_threads_that_give_way_for_ever(self):
        polite = """
#include <atomic>
#include <thread>
std::atomic<int> wants[2];
void enter(int i) { wants[i] = 1; while (wants[1 - i]) { wants[i] = 0; wants[i] = 1; } wants[i] = 0; }
int main() { std::thread a(enter, 0), b(enter, 1); a.join(); b.join(); }
"""
        for words in ([], ["--explore", "states"]):
            result = self.verdict_of(polite, "inconclusive", INCONCLUSIVE, words=words)
            self.assertIn("go round for ever", result["violation"]["message"])

    def test_bad_options(self):
        self.write("good.c", GOOD)
        self.run_heddle("check", "good.c", "--explore", "nothing", status=BAD_INPUT)
        self.run_heddle("check", "good.c", "--memory-limit", "0", status=BAD_INPUT)


class BadBehaviour(Heddle):
    """Programs that would end heddle, or never let it end, if it let them. Each is survived by the next one."""

    def test_clock(self):
        # Time is virtual: it begins at a fixed moment, and passes when somebody sleeps.
        self.verdict_of("#include <ctime>\n#include <cstdlib>\n#include <unistd.h>\n"
                        "int main() { std::time_t t = std::time(nullptr); sleep(3); if (std::time(nullptr) != t + 3) std::abort(); }\n",
                        "verified", VERIFIED)

    def test_random_numbers(self):
        self.verdict_of("#include <sys/random.h>\n#include <stdlib.h>\nint main() { unsigned c = 0; if (getrandom(&c, 4, 0) != 4 || getentropy(&c, 4)) abort(); }\n",
                        "verified", VERIFIED)

    def test_loops_for_ever(self):
        self.verdict_of("int main() { volatile int n = 0; for (;;) n = n + 1; }\n", "livelock", VIOLATION)

    def test_spins_for_ever(self):
        self.verdict_of("#include <atomic>\nstd::atomic<int> flag;\nint main() { while (!flag) {} }\n", "livelock", VIOLATION)

    def test_exits_in_a_thread(self):
        self.verdict_of(crashing("std::exit(0);"), "verified", VERIFIED)
        result = self.verdict_of(crashing("std::exit(2);"), "assertion", VIOLATION)
        self.assertEqual(result["violation"]["message"], "exit(2) was called: the program says that it failed")
        self.verdict_of(crashing("std::exit(2);"), "verified", VERIFIED, words=["--exit-status", "any"])

    def test_main_says_that_it_failed(self):
        result = self.verdict_of('#include <cstdio>\nint main() { std::puts("1 failed"); return 1; }\n', "assertion", VIOLATION)
        self.assertEqual(result["violation"]["message"], "main returned 1: the program says that it failed")
        self.assertIn("the same assertion again", self.run_heddle("replay", result["trace"], status=VIOLATION).stdout)

    def test_null_write(self):
        self.verdict_of(crashing("*(volatile int*)nullptr = 1;"), "crash", VIOLATION)

    def test_division_by_zero(self):
        self.verdict_of(crashing("volatile int zero = 0; volatile int x = 7 / zero; (void)x;"), "crash", VIOLATION)

    def test_uncaught_exception(self):
        result = self.verdict_of(crashing("throw std::runtime_error(\"too much\");", "#include <stdexcept>"), "exception", VIOLATION)
        self.assertTrue(result["violation"]["threads"])

    def test_abort(self):
        self.write("abort.cpp", crashing("std::abort();"))
        results = self.check_json("abort.cpp", status=VIOLATION)
        self.assertIn(results[0]["verdict"], ("crash", "exception"))

    def test_stack_overflow(self):
        self.verdict_of(crashing("deep(1);", extra="int deep(int n) { volatile char room[512]; room[0] = char(n); return deep(n + 1) + room[0]; }"),
                        "crash", VIOLATION)

    def test_the_others_are_still_checked(self):
        self.write("a.cpp", crashing("*(volatile int*)nullptr = 1;"))
        self.write("b.c", GOOD)
        results = self.check_json("a.cpp", "b.c", status=VIOLATION)
        self.assertEqual([r["verdict"] for r in results], ["crash", "verified"])

    def test_crash_in_a_static_constructor(self):
        self.verdict_of("int *volatile nowhere;\nstruct S { S() { *nowhere = 1; } } s;\nint main() {}\n", "crash", VIOLATION)

    def test_deep_output_is_not_printed(self):
        self.write("loud.cpp", '#include <cstdio>\n#include <iostream>\nint main() { std::puts("loud"); std::cout << "louder" << std::endl; }\n')
        done = self.run_heddle("check", "loud.cpp", status=VERIFIED)
        self.assertNotIn("loud\n", done.stdout)
        self.assertNotIn("louder", done.stdout)

    def test_output_is_shown_with_the_counterexample(self):
        self.write("loud.c", '#include <assert.h>\n#include <stdio.h>\nint main(void) { puts("as far as here"); assert(0); }\n')
        self.assertIn("as far as here", self.run_heddle("check", "loud.c", status=VIOLATION).stdout)


def with_invariant(declarations, condition, *threads, includes=""):
    """A program with these shared variables, an invariant over them and these threads."""
    lines = ["#include <atomic>", "#include <mutex>", "#include <thread>", includes, "#include <heddle/heddle.hpp>",
             "using heddle::value; using heddle::held; using heddle::at;", "int main() {", declarations,
             f'heddle::invariant always("the invariant", {condition});']
    lines += [f"std::thread t{i}([&] {{ {body} }});" for i, body in enumerate(threads)]
    return "\n".join(lines + [f"t{i}.join();" for i in range(len(threads))] + ["}"])


RELAXED_PASSING = """
#include <atomic>
#include <cassert>
#include <thread>
std::atomic<int> data, ready;
int main() {
    std::thread writer([] { data.store(1, std::memory_order_relaxed); ready.store(1, std::memory_order_relaxed); });
    std::thread reader([] { if (ready.load(std::memory_order_relaxed)) assert(data.load(std::memory_order_relaxed)); });
    writer.join();
    reader.join();
}
"""
INDEPENDENT = ("std::atomic<int> x{0}, y{0};", "x = 1; x = 2;", "y = 1; y = 2;")


class Invariants(Heddle):
    def checked(self, declarations, condition, *threads, verdict, status, words=(), **more):
        return self.verdict_of(with_invariant(declarations, condition, *threads, **more), verdict, status, words=words)

    def test_a_state_that_the_only_execution_does_not_pass_through(self):
        """One graph, executed one thread after the other: x == 1 && y == 1 is no state of that order."""
        variables, *threads = INDEPENDENT
        for words in ([], ["--always-solve"]):
            result = self.checked(variables, "!(value(x) == 1 && value(y) == 1)", *threads, verdict="invariant", status=VIOLATION,
                                  words=["--model", "sc", *words])
            counts = result["invariants"]
            self.assertEqual((counts["graphs"], counts["projections"]), (1, 1))
            self.assertEqual(counts["solver_calls"], 1 if words else 0)
            self.assertEqual(counts["solver_seconds"] > 0, bool(words))
            self.assertEqual(result["violation"]["values"], {"x": "1", "y": "1"})
        result = self.checked(variables, "value(x) + value(y) <= 4", *threads, verdict="verified", status=VERIFIED)
        self.assertEqual(result["complete"], 1)

    def test_no_statistics_without_invariants(self):
        self.write("good.c", GOOD)
        self.assertNotIn("invariants", self.check_json("good.c", status=VERIFIED)[0])

    def test_the_story_ends_in_the_violating_state(self):
        """The shortest interleaving, with what the invariant mentions after each step; a replay says the same."""
        source = with_invariant("std::mutex m; int a = 100, b = 100;", "implies(!held(m), value(a) + value(b) == 200)",
                                "{ std::lock_guard g(m); a -= 30; } { std::lock_guard g(m); b += 30; }",
                                "std::lock_guard g(m); b -= 20; a += 20;")
        trace_file = self.verdict_of(source, "invariant", VIOLATION)["trace"]
        trace = json.loads((self.folder / trace_file).read_text())
        said = [(step["thread"], step["op"], {v["name"]: v["value"] for v in step["state"]}) for step in trace["steps"]]
        self.assertEqual(said, [
            (0, "invariant", {"held(m)": "false", "a": "100", "b": "100"}),
            (0, "create", {"held(m)": "false", "a": "100", "b": "100"}),
            (1, "lock", {"held(m)": "true", "a": "100", "b": "100"}),
            (1, "plain-write", {"held(m)": "true", "a": "70", "b": "100"}),
            (1, "unlock", {"held(m)": "false", "a": "70", "b": "100"})])
        again = self.run_heddle("replay", trace_file, status=VIOLATION)
        for words in ('"the invariant" does not hold', "{held(m) = false, a = 70, b = 100}"):
            self.assertIn(words.split(",")[0], again.stdout)

    def test_every_value_between_two_operations_is_a_state(self):
        self.checked("int a = 1;", "value(a) > 0", "volatile int& b = a; b = 0; b = 1;", verdict="invariant", status=VIOLATION)
        self.checked("int a = 1;", "value(a) > 0", "volatile int& b = a; b = 2; b = 1;", verdict="verified", status=VERIFIED)

    def test_states_of_executions_that_do_not_end(self):
        deadlock = ("std::mutex a, b;", "!(held(a) && held(b))", "std::lock_guard g(a); std::lock_guard h(b);",
                    "std::lock_guard g(b); std::lock_guard h(a);")
        self.checked(*deadlock, verdict="invariant", status=VIOLATION)
        dropped = ("std::atomic<int> x{0};", "value(x) < 2", "x = 1; x = 2; heddle::assume(x == 3);")
        self.checked(*dropped, verdict="invariant", status=VIOLATION)

    def test_regions_and_invariants_add_no_executions(self):
        lock = "std::atomic<unsigned> next{0}, serving{0}; int sum = 0;"
        body = "unsigned mine = next++; while (serving != mine) {{}} {{ {} ++sum; }} serving = mine + 1;"
        plain = with_invariant(lock, "true", *[body.format("")] * 4).replace("heddle::invariant always", "// ")
        watched = with_invariant(lock, 'at("inside") <= 1 && value(serving) <= value(next) && value(sum) <= 4',
                                 *[body.format('heddle::region inside("inside");')] * 4)
        counts = [(r["complete"], r["blocked"], r["wasted"]) for r in
                  (self.verdict_of(plain, "verified", VERIFIED), self.verdict_of(watched, "verified", VERIFIED))]
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(counts[0][0], 24)  # 4!

    def test_weak_memory(self):
        """A store that is still in its buffer, and writes whose order is a circle."""
        relaxed = "std::memory_order_relaxed"
        buffering = ("std::atomic<int> x{0}, y{0}, a{-1}, b{-1};", "!(value(a) == 0 && value(b) == 0)",
                     f"x.store(1, {relaxed}); a.store(y.load({relaxed}), {relaxed});",
                     f"y.store(1, {relaxed}); b.store(x.load({relaxed}), {relaxed});")
        circle = ("std::atomic<int> x{0}, y{0};", '!(value(x) == 1 && value(y) == 1 && at("done") == 2)',
                  f'x.store(1, {relaxed}); y.store(2, {relaxed}); heddle::region done("done");',
                  f'y.store(1, {relaxed}); x.store(2, {relaxed}); heddle::region done("done");')
        for program, violated in ((buffering, {"tso", "rc11"}), (circle, {"rc11"})):
            for model in ("sc", "tso", "rc11"):
                wrong = model in violated
                self.checked(*program, verdict="invariant" if wrong else "verified", status=VIOLATION if wrong else VERIFIED,
                             words=["--model", model])

    def test_ten_threads_of_ten_writes(self):
        """11^10 states, one graph."""
        body = "for (int n = 1; n <= 10; ++n) v.store(n);"
        every = "[&](auto& v) { return value(v) >= 0 && value(v) <= 10; }"
        for condition, verdict in ((f"heddle::all_of(x, {every})", "verified"),
                                   ("!heddle::all_of(x, [&](auto& v) { return value(v) == 5; })", "invariant"),
                                   ("heddle::sum_of(x, [&](auto& v) { return value(v); }) <= 100", "verified"),
                                   ("heddle::sum_of(x, [&](auto& v) { return value(v); }) != 73", "invariant"),
                                   ("heddle::sum_of(x, [&](auto& v) { return 2 * value(v); }) != 51", "verified")):
            threads = [f"auto& v = x[{i}]; {body}" for i in range(10)]
            result = self.checked("std::atomic<int> x[10] = {};", condition, *threads, verdict=verdict,
                                  status=VERIFIED if verdict == "verified" else VIOLATION)
            self.assertEqual(result["invariants"]["graphs"], 1)
            self.assertLess(result["seconds"], 2, condition)

    def test_nonsense_is_said(self):
        def says(sentence, source, verdict="misuse", status=VIOLATION):
            result = self.verdict_of(source, verdict, status)
            self.assertIn(sentence, result["violation"]["message"])

        says("mentions no variable, mutex or region", with_invariant("", "heddle::term(1) < 2", ""))
        says("divides by something that is not a constant", with_invariant("std::atomic<int> x{1};", "4 / value(x) == 4", ""))
        says("memory that is not the program's", with_invariant("int* p = nullptr;", "value(*p) == 0", ""))
        says("memory that has been freed", with_invariant("int* p = new int(0); delete p;", "value(*p) == 0", ""))
        says("a variable of a function that has returned",
             with_invariant("heddle::term t = local();", "t", "",
                            includes="#include <heddle/invariant.hpp>\n[[gnu::noinline]] heddle::term local() { volatile int x = 3; "
                                     "return heddle::value(x) == 3; }"))
        says("is still to hold when a variable that it mentions no longer exists",
             with_invariant("int* p = new int(0);", "value(*p) == 0", "delete p;"))
        says("ends where it is declared", with_invariant("int x = 0;", "value(x) < 2", "x = 2;").replace("invariant always(", "invariant("))
        says('mentions the region "nowhere", which no thread ever enters',
             with_invariant("", 'at("nowhere") <= 1', 'heddle::region here("somewhere");'), "inconclusive", INCONCLUSIVE)

    def test_in_c(self):
        source = """
#include <pthread.h>
#include <stdatomic.h>
#include <heddle/heddle.h>
static atomic_int x;
static void *writer(void *unused) { (void)unused; x = 1; x = 2; x = 3; return 0; }
int main(void) {
    unsigned long small = heddle_term(HEDDLE_LESS_EQUAL, heddle_signed_value(x), heddle_constant(LIMIT), 0);
    heddle_invariant_begin(&small, "x is small", small, __FILE__, __LINE__);
    pthread_t thread;
    pthread_create(&thread, 0, writer, 0);
    pthread_join(thread, 0);
    heddle_invariant_end(&small);
    x = 4;
    return 0;
}
"""
        self.verdict_of(source.replace("LIMIT", "3"), "verified", VERIFIED, "small.c")
        self.verdict_of(source.replace("LIMIT", "2"), "invariant", VIOLATION, "small.c")


class OtherCommands(Heddle):
    def test_help_and_version(self):
        self.assertIn("Examples:", self.run_heddle("--help", status=VERIFIED).stdout)
        self.assertIn("--max-executions", self.run_heddle("check", "--help", status=VERIFIED).stdout)
        self.assertRegex(self.run_heddle("--version", status=VERIFIED).stdout, r"^heddle \d+\.\d+\.\d+\n$")

    def test_completions(self):
        script = self.run_heddle("completions", "bash", status=VERIFIED).stdout
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)
        words = subprocess.run(["bash", "-c", script + '\nCOMP_WORDS=(heddle check --mod); COMP_CWORD=2; _heddle; echo "${COMPREPLY[@]}"'],
                               capture_output=True, text=True).stdout
        self.assertEqual(words.strip(), "--model")
        self.assertIn("bashcompinit", self.run_heddle("completions", "zsh", status=VERIFIED).stdout)
        self.run_heddle("completions", "fish", status=BAD_INPUT)


def one_thread(statement, includes="", extra=""):
    """A program whose only other thread does that in a function with a name."""
    return f"""
#include <thread>
{includes}
{extra}
void work() {{ {statement} }}
int main() {{
    std::thread other(work);
    other.join();
}}
"""


RUN_KEYS = ["file", "pattern", "verdict", "expected", "runs", "clean", "seed", "seconds", "memory_kib", "findings", "endings", "suppressed", "left_running", "limits",
            "recording"]
LOCK_ORDERS = """
#include <mutex>
#include <thread>
std::mutex a, b;
void forth() { std::lock_guard x(a); std::lock_guard y(b); }
void back() { std::lock_guard y(b); std::lock_guard x(a); }
int main() { std::thread t(forth); WAIT; std::thread u(back); t.join(); u.join(); }
"""
# Both have their first lock before either asks for its second.
REAL_DEADLOCK = """
#include <atomic>
#include <mutex>
#include <thread>
std::mutex a, b;
std::atomic<int> holding;
void both() { for (++holding; holding < 2;) std::this_thread::yield(); }
void forth() { std::lock_guard x(a); both(); std::lock_guard y(b); }
void back() { std::lock_guard y(b); both(); std::lock_guard x(a); }
int main() { std::thread t(forth), u(back); t.join(); u.join(); }
"""
# The race is there in other orders only: the lock orders the two in nearly every run.
LATE = """
#include <mutex>
#include <thread>
std::mutex m;
int x;
void early() { x = 1; std::lock_guard guard(m); }
void late() {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    { std::lock_guard guard(m); }
    x = 2;
}
int main() { std::thread t(early), u(late); t.join(); u.join(); }
"""


class RealThreads(Heddle):
    """heddle run."""

    def run_json(self, *words, status, **more):
        done = self.run_heddle("run", "--json", *words, status=status, **more)
        document = json.loads(done.stdout)
        self.assertEqual(list(document), ["schema", "results"])
        self.assertEqual(document["schema"], "heddle.run/1")
        for result in document["results"]:
            self.assertEqual([key for key in result if key != "predicted"], RUN_KEYS)
            self.assertIn(result["verdict"], VERDICTS | {"nothing-found"})
            for finding in result["findings"]:
                self.assertEqual(list(finding), ["verdict", "runs", "seed", "message", "threads", "values"])
                for thread in finding["threads"]:
                    self.assertEqual(list(thread), ["thread", "file", "line", "what", "inside", "stack"])
        return document["results"]

    def finding_of(self, source, verdict, status, words=(), name="program.cpp"):
        """Runs the program; the only finding has this verdict. @return it and the whole result"""
        self.write(name, source)
        results = self.run_json(name, *words, status=status)
        self.assertEqual([r["verdict"] for r in results], [verdict], results)
        self.assertEqual([f["verdict"] for f in results[0]["findings"]], [verdict], results)
        return results[0]["findings"][0], results[0]

    def test_usage(self):
        self.write("good.c", GOOD)
        self.write("broken.c", "int main( {")
        self.write("empty.c", "int nothing;")
        self.write("undefined.c", "void nowhere(void);\nint main(void) { nowhere(); return 0; }\n")
        self.write("undefined_data.c", "extern int nowhere_else;\nint main(void) { return nowhere_else; }\n")
        for words, sentence in [(["good.c", "--hang-after", "soon"], '"soon" is no duration'),
                                (["good.c", "--time-limit", "-1s"], '"-1s" is no duration'),
                                (["good.c", "--times", "0"], '"0" is no number above 0'),
                                (["good.c", "--times", "many"], '"many"'),
                                (["good.c", "--record-limit", "0"], "--record-limit"),
                                (["good.c", "--record", "good.c/file"], "cannot"),
                                (["absent.c"], "no such file: absent.c"),
                                (["broken.c"], "broken.c does not compile"),
                                (["undefined.c"], "the program uses `nowhere`, which is defined nowhere"),
                                (["undefined_data.c"], "the program uses `nowhere_else`, which is defined nowhere"),
                                (["empty.c"], "empty.c has neither a main nor patterns"),
                                (["good.c", "--wrong"], "--wrong")]:
            with self.subTest(words=words):
                done = self.run_heddle("run", *words, status=BAD_INPUT)
                self.assertIn(sentence, done.stderr + done.stdout)

    def test_every_input_of_a_run_has_an_entry(self):
        self.write("bad.c", "int main(\n")
        self.write("good.c", GOOD)
        done = self.run_heddle("run", "absent.c", "bad.c", "good.c", "--json", status=BAD_INPUT)
        results = json.loads(done.stdout)["results"]
        self.assertEqual(sorted((r["file"], r["verdict"], r["runs"]) for r in results),
                         [("absent.c", "build-error", 0), ("bad.c", "build-error", 0), ("good.c", "nothing-found", 1)])
        self.assertEqual([r["reason"] for r in results if r["file"] == "absent.c"], ["no such file: absent.c"])
        self.assertIn("\n  next: heddle run bad.c -- -I FOLDER", "\n" + self.run_heddle("run", "bad.c", status=BAD_INPUT).stdout)

    def test_static_constructors_belong_to_each_run(self):
        self.write("early.cpp", "#include <thread>\nint shared;\nstruct Early { std::thread t{[] { ++shared; }}; ~Early() { t.join(); } } early;\nint main() { ++shared; }\n")
        result = self.run_json("early.cpp", "--times", "5", status=VIOLATION)[0]
        self.assertEqual((result["runs"], result["clean"], [f["runs"] for f in result["findings"]]), (5, 0, [5]), result)

    def test_what_the_program_suppresses_is_counted(self):
        self.write("hush.c", RACE + '\nconst char* __tsan_default_suppressions(void) { return "# not this one\\nrace:no_such*thing\\nrace:^ma*n$\\n"; }\n')
        result = self.run_json("hush.c", status=VERIFIED)[0]
        self.assertEqual((result["verdict"], result["findings"], result["suppressed"]), ("nothing-found", [], 1), result)

    def test_a_race_names_both_threads(self):
        finding, result = self.finding_of(RACE, "data-race", VIOLATION, name="race.c")
        self.assertEqual((result["runs"], result["clean"], result["endings"], result["limits"]), (1, 0, {}, []))
        self.assertEqual({(t["thread"], t["line"]) for t in finding["threads"]}, {(0, 8), (1, 4)})
        self.assertIn("`shared`", finding["message"])
        self.assertGreater(result["memory_kib"], 1000)

    def test_nothing_found(self):
        self.write("good.c", GOOD)
        done = self.run_heddle("run", "good.c", "--times", "20", "--noise", "--seed", "7", status=VERIFIED)
        self.assertRegex(done.stdout, r"^nothing found  good.c  20 runs, 20 of them clean, [0-9.]+ s, seed 7\n$")

    def test_expected_verdicts(self):
        self.write("patterns.cpp", PATTERNS + """
HEDDLE_PATTERN(hopeless, "said to deadlock, and does not", "deadlock") {
    std::thread other([] {});
    other.join();
}""")
        words = ("patterns.cpp", "--times", "3", "--until-found")
        results = self.run_json(*words, status=INCONCLUSIVE)
        self.assertEqual([(r["pattern"], r["verdict"], r["expected"], r["runs"], r["clean"]) for r in results],
                         [("guarded", "nothing-found", "verified", 3, 3), ("unguarded", "data-race", "data-race", 1, 0),
                          ("hopeless", "nothing-found", "deadlock", 3, 3)])
        self.run_json(*words, "--pattern", "hope*", status=INCONCLUSIVE)
        text = self.run_heddle("run", *words, "--pattern", "unguarded", status=VERIFIED).stdout
        self.assertRegex(text, r"^data-race  patterns.cpp: unguarded  1 run, [0-9.]+ s  \(as expected\)\n$")
        self.run_json(*words, "--pattern", "guarded", status=VERIFIED)
        self.assertIn('no pattern matches "absent"', self.run_heddle("run", *words, "--pattern", "absent", status=BAD_INPUT).stderr)

    def test_until_found_stops_at_the_first(self):
        self.write("race.c", RACE)
        for words, runs in [((), 5), (("--until-found",), 1)]:
            self.assertEqual(self.run_json("race.c", "--times", "5", *words, status=VIOLATION)[0]["runs"], runs)

    def test_the_seed_of_a_finding_shows_it_again(self):
        self.write("race.c", RACE)
        finding = self.run_json("race.c", "--times", "3", "--noise", "--seed", "11", status=VIOLATION)[0]["findings"][0]
        self.assertEqual((finding["runs"], finding["seed"]), (3, 11))
        self.run_json("race.c", "--noise", "--seed", str(finding["seed"]), status=VIOLATION)

    def test_lock_orders(self):
        source = LOCK_ORDERS.replace("WAIT", "std::this_thread::sleep_for(std::chrono::milliseconds(50))")
        finding, _ = self.finding_of(source, "deadlock", VIOLATION)
        self.assertIn("threads take", finding["message"])
        self.assertEqual(sorted((t["thread"], t["line"]) for t in finding["threads"]), [(1, 5), (1, 5), (2, 6), (2, 6)])
        self.write("joined.cpp", LOCK_ORDERS.replace("WAIT", "t.join(); t = std::thread([] {})"))
        self.assertEqual(self.run_json("joined.cpp", status=VERIFIED)[0]["findings"], [])

    def test_a_real_deadlock_ends(self):
        started = time.monotonic()
        finding, result = self.finding_of(REAL_DEADLOCK, "deadlock", VIOLATION)
        self.assertLess(time.monotonic() - started, 8)  # not --hang-after
        self.assertEqual(finding["message"], "T1 and T2 wait for each other in a circle")
        self.assertEqual([(t["thread"], t["line"], t["what"]) for t in finding["threads"]],
                         [(1, 8, "waits for `b`, held by T2"), (1, 8, "had taken `a` here"),
                          (2, 9, "waits for `a`, held by T1"), (2, 9, "had taken `b` here"), (0, 10, "waits for T1 to end")])
        self.assertEqual(result["endings"], {})

    def test_a_lost_signal(self):
        finding, _ = self.finding_of(one_thread("std::unique_lock lock(m); c.wait(lock, [] { return ready; });",
                                                "#include <condition_variable>\n#include <mutex>",
                                                "std::mutex m; std::condition_variable c; bool ready;"), "deadlock", VIOLATION)
        self.assertEqual(finding["message"], "every thread waits, and none is left to wake another")
        self.assertEqual([(t["thread"], t["what"]) for t in finding["threads"]],
                         [(1, "waits for a signal to `c`"), (0, "waits for T1 to end")])

    def test_hangs(self):
        finding, _ = self.finding_of(one_thread("while (!ready) {}", "#include <atomic>", "std::atomic<bool> ready;"),
                                     "livelock", VIOLATION, ("--hang-after", "300ms"))
        self.assertEqual([(t["thread"], t["line"], t["what"]) for t in finding["threads"]],
                         [(1, 5, "looks at `ready` over and over"), (0, 8, "waits for T1 to end")])
        finding, _ = self.finding_of(one_thread("pause();", "#include <unistd.h>"), "inconclusive", INCONCLUSIVE, ("--hang-after", "300ms"))
        self.assertIn("nothing has moved for so long", finding["message"])

    def test_computing_is_no_hang(self):
        busy = "for (auto end = clock() + CLOCKS_PER_SEC / 2; clock() < end;) {}"
        self.write("busy.cpp", one_thread(busy, "#include <ctime>"))
        self.assertEqual(self.run_json("busy.cpp", "--hang-after", "100ms", status=VERIFIED)[0]["findings"], [])

    def test_misuse_and_violent_ends(self):
        for statement, includes, extra, verdict, sentence in [
            ("m.unlock();", "#include <mutex>", "std::mutex m;", "misuse", "a mutex is unlocked that nobody holds"),
            ("assert(x == 2);", "#include <cassert>", "int x = 1;", "assertion", "assertion `x == 2` failed"),
            ('heddle::ensure(x == 2, "two");', "#include <heddle/heddle.hpp>", "int x = 1;", "assertion", "two"),
            ('throw std::runtime_error("no paper");', "#include <stdexcept>", "", "exception",
             "an exception of type std::runtime_error is not caught: no paper"),
            ("*nowhere = 1;", "", "int *nowhere;", "crash", "Segmentation fault at address"),
            ("std::abort();", "#include <cstdlib>", "", "crash", "abort() was called"),
        ]:
            with self.subTest(statement):
                finding, _ = self.finding_of(one_thread(statement, includes, extra), verdict, VIOLATION)
                self.assertIn(sentence, finding["message"])
                place = finding["threads"][0]
                self.assertEqual((place["thread"], place["line"]), (1, 5), finding)  # where it happens

    def test_a_handled_abort_is_no_crash(self):
        self.write("handled.cpp", """
#include <csignal>
#include <cstdlib>
int main() {
    std::signal(SIGABRT, [](int) { std::_Exit(0); });
    std::abort();
}
""")
        result = self.run_json("handled.cpp", status=VERIFIED)[0]
        self.assertEqual((result["findings"], result["endings"]), ([], {}))

    def test_a_caught_exception_is_nothing(self):
        self.write("caught.cpp", one_thread("try { throw 1; } catch (int) {}"))
        self.assertEqual(self.run_json("caught.cpp", status=VERIFIED)[0]["findings"], [])

    def test_output_arguments_and_exit_status_of_the_program(self):
        self.write("talk.c", '#include <stdio.h>\nint main(int n, char **words) { printf("%d %s\\n", N, words[n - 1]); return 7; }\n')
        words = ("--exit-status", "any", "--", "-DN=3", "hello", "--", "--last")
        done = self.run_heddle("run", "talk.c", *words, status=VERIFIED)
        self.assertRegex(done.stdout, r"^3 --last\nnothing found  talk.c  1 run, [0-9.]+ s\n  the program ended: exit status 7\n$")
        done = self.run_heddle("run", "talk.c", "--times", "2", *words, status=VERIFIED)
        self.assertNotIn("3 --last", done.stdout)
        self.assertIn("  in 2 runs the program ended: exit status 7\n", done.stdout)
        self.assertEqual(self.run_heddle("run", "talk.c", "--times", "2", "--verbose", *words, status=VERIFIED).stdout.count("3 --last"), 2)
        done = self.run_heddle("run", "talk.c", "--json", *words, status=VERIFIED)
        self.assertEqual(json.loads(done.stdout)["results"][0]["endings"], {"exit status 7": 1})
        self.assertEqual(done.stderr, "3 --last\n")

    def test_prediction_after_a_large_block(self):
        """A freed block is a range, however large: five seconds and a few megabytes."""
        self.write("large.cpp", """// run --record, then predict --time 5
#include <cstdlib>
#include <thread>

int main() {
    std::thread t([] { char* p = static_cast<char*>(std::malloc(8ull << 30)); p[1] = 1; std::free(p); });
    t.join();
}
""")
        self.run_heddle("run", "large.cpp", "--record", "large.rec", status=VERIFIED)
        began = time.monotonic()
        process = subprocess.Popen([HEDDLE, "predict", "--time", "5", "large.rec"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = process.stdout.read().decode()
        process.stdout.close()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, VERIFIED, said)
        self.assertLess(time.monotonic() - began, 15, said)
        self.assertLess(used.ru_maxrss, 300 << 10, said)  # KiB

    def test_a_program_that_says_that_it_failed(self):
        self.write("failing.c", "int main(void) { return 7; }\n")
        result = self.run_json("failing.c", status=VIOLATION)[0]
        self.assertEqual((result["verdict"], result["clean"], result["endings"]), ("assertion", 0, {"exit status 7": 1}))
        self.assertIn("the program ended with exit status 7", result["findings"][0]["message"])

    def test_time_limit(self):
        self.write("long.c", "#include <unistd.h>\nint main(void) { sleep(60); }\n")
        result = self.run_json("long.c", "--time-limit", "200ms", status=INCONCLUSIVE)[0]
        self.assertEqual((result["verdict"], result["endings"]), ("inconclusive", {"ended after its time limit": 1}))

    def test_more_threads_than_can_be_told_apart(self):
        self.write("many.cpp", """
#include <semaphore>
#include <thread>
#include <vector>
std::counting_semaphore<2000> begin(0);
int main() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 1100; ++i) threads.emplace_back([] { begin.acquire(); });
    begin.release(1100);
    for (std::thread& thread : threads) thread.join();
}
""")
        result = self.run_json("many.cpp", status=INCONCLUSIVE)[0]
        self.assertEqual([limit.split(",")[0] for limit in result["limits"]], ["the program has more than 1024 threads at once"])

    def test_predict(self):
        self.write("late.cpp", LATE)
        result = self.run_json("late.cpp", "--predict", status=VIOLATION)[0]
        self.assertEqual((result["verdict"], result["recording"]), ("nothing-found", None))
        self.assertEqual([(f["kind"], f["confirmed"]) for f in result["predicted"]["findings"]], [("data-race", True)])
        self.assertIn("predicted, confirmed: data-race", self.run_heddle("run", "late.cpp", "--predict", status=VIOLATION).stdout)

    def test_each_of_several_patterns_has_its_recording(self):
        pattern = "#include <heddle/heddle.hpp>\n#include <thread>\n" + "".join(
            f'int {name};\nHEDDLE_PATTERN(of_{name}, "") {{ std::thread t([] {{ {name} = 1; }}); t.join(); }}\n' for name in ("one", "two"))
        self.write("both.cpp", pattern)
        results = self.run_json("both.cpp", "--record", "kept.rec", status=VERIFIED)
        self.assertEqual([r["recording"] for r in results], ["kept.both.of_one.rec", "kept.both.of_two.rec"])
        for name in ("one", "two"):
            self.assertIn(f" {name} = 1 (plain)", self.run_heddle("report", f"kept.both.of_{name}.rec", status=VERIFIED).stdout)
        # The next pattern runs while this one's recording is searched.
        self.write("late.cpp", LATE.replace("int main()", "#include <heddle/heddle.hpp>\nvoid run()") + "".join(
            f'HEDDLE_PATTERN(p{i}, "") {{ {"run();" if i == 0 else ""} }}\n' for i in range(4)))
        results = self.run_json("late.cpp", "--predict", status=VIOLATION)
        self.assertEqual([[f["kind"] for f in r["predicted"]["findings"]] for r in results], [["data-race"], [], [], []])

    def test_memory_used_again_has_a_place_in_the_history(self):
        self.write("again.cpp", """
#include <atomic>
#include <thread>
int main() {
    for (int i = 0; i < 3; ++i) {
        std::thread([] { std::atomic<int> local{0}; std::atomic<int>* own = new std::atomic<int>(1);
                         std::thread([&] { local.store(own->load()); }).join();
                         while (!local.load()) {}
                         delete own; }).join();
    }
    for (int i = 0; i < 3; ++i) { // the same block
        std::atomic<int>* again = new std::atomic<int>(0);
        again->store(1);
        delete again;
    }
}
""")
        self.run_json("again.cpp", "--record", "again.rec", status=VERIFIED)
        said = json.loads(self.run_heddle("predict", "again.rec", "--json", status=VERIFIED).stdout)
        self.assertEqual((said["findings"], said["not_looked_at"]["events_left_out"]), ([], 0))

    def test_threads_of_a_library_are_said_to_be_its_own(self):
        self.write("pool.c", """
#include <pthread.h>
static int done;
static void (*work)(void);
static void* loop(void* unused) { work(); __atomic_store_n(&done, 1, __ATOMIC_RELEASE); return unused; }
void run_in_pool(void (*what)(void)) { pthread_t t; work = what; pthread_create(&t, 0, loop, 0); pthread_detach(t); }
void wait_for_pool(void) { while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {} }
""")
        subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "pool.c", "-o", "libpool.so"], cwd=self.folder, check=True)
        self.write("user.c", """
void run_in_pool(void (*what)(void));
void wait_for_pool(void);
int shared;
static void work(void) { shared = 1; }
int main(void) { run_in_pool(work); wait_for_pool(); return shared - 1; }
""")
        done = self.run_heddle("run", "user.c", "--", f"-L{self.folder}", "-lpool", f"-Wl,-rpath,{self.folder}", status=VIOLATION)
        self.assertIn("T1 is a thread that libpool.so made, which is not instrumented", done.stdout.replace("\n  ", " "))

    def test_full_recordings_say_so(self):
        self.write("many.c", GOOD.replace("atomic_fetch_add(&shared, 1);", "for (int i = 0; i < 20000; ++i) atomic_fetch_add(&shared, 1);"))
        result = self.run_json("many.c", "--record", "full.rec", "--record-limit", "1", status=INCONCLUSIVE)[0]
        self.assertEqual(len(result["limits"]), 1)
        self.assertRegex(result["limits"][0], r"^the recording is full: [0-9]+ events are missing")

    def test_a_crash_leaves_its_recording(self):
        _, result = self.finding_of(one_thread("*nowhere = 1;", "", "int *nowhere;"), "crash", VIOLATION, ("--record", "crash.rec"))
        self.assertEqual(result["recording"], "crash.rec")
        self.run_heddle("report", "crash.rec", status=VERIFIED)

    def start(self, *words):
        """In a process group of its own; returns once the program has written `here`."""
        process = subprocess.Popen([HEDDLE, "run", *words], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   start_new_session=True)
        for _ in range(600):
            if (self.folder / "here").exists():
                return process
            time.sleep(0.05)
        process.kill()
        self.fail("the program did not start\n" + process.communicate()[0])

    WAITS = one_thread('shared = 1; fclose(fopen("here", "w")); sleep(60);', "#include <cstdio>\n#include <unistd.h>",
                       "volatile int shared;")

    def test_control_c(self):
        self.write("waits.cpp", self.WAITS)
        process = self.start("waits.cpp")
        started = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        output = process.communicate(timeout=30)[0]
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(process.returncode, INCONCLUSIVE, output)
        self.assertIn("  the program ended: stopped\n", output)

    def test_a_killed_run_leaves_its_recording(self):
        self.write("waits.cpp", self.WAITS)
        process = self.start("waits.cpp", "--record", "killed.rec")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
        self.assertIn("shared", self.run_heddle("report", "killed.rec", status=VERIFIED).stdout)


DOCUMENTS = sorted(path for pattern in ("README.md", "docs/*.md") for path in pathlib.Path(__file__).resolve().parents[2].glob(pattern))


def examples_of(document):
    """Each `$ heddle …` of a document: the command, the program before it, and what is shown of the output."""
    blocks, block = [], []
    for line in [*document.read_text().split("\n"), "end"]:
        if line.startswith("    ") or (not line and block):
            block.append(line[4:])
        elif block:
            blocks.append("\n".join(block).rstrip() + "\n")
            block = []
    program, found = None, []
    for text in blocks:
        code, *commands = re.split(r"^\$ (heddle .*)$", text, flags=re.MULTILINE)
        if code.startswith("#include") and "…" not in code:
            program = code.rstrip() + "\n"
        found += [(command, program, shown.strip("\n") + "\n") for command, shown in zip(commands[::2], commands[1::2])]
    return found


class Documents(Heddle):
    """The examples of the documents: their programs, and what heddle prints of them. HEDDLE_ACCEPT=1 writes it into them."""

    STATUS = {"verified": VERIFIED, "nothing found": VERIFIED, "inconclusive": INCONCLUSIVE, "unsupported": INCONCLUSIVE, "build-error": BAD_INPUT}

    def mask(self, output):
        for pattern, put in ((r"\d+\.\d+ s\b", "… s"), (r"0x[0-9a-f]+", "0x…"), (r"\bseed \d+", "seed …"), (r"\bfrom \d+ events", "from … events")):
            output = re.sub(pattern, put, output)
        return output.rstrip() + "\n"

    def check_example(self, document, command, program, shown):
        words = command.split()[1:]
        name = next(word for word in words if re.search(r"\.(c|cc|cpp|json)$", word))
        if program and not name.endswith(".json"):
            self.write(name, program)
        status = next((value for word, value in self.STATUS.items() if shown.startswith(word)), VIOLATION)
        if "predicted, confirmed" in shown:
            status = VIOLATION
        status = None if os.environ.get("HEDDLE_ACCEPT") else status
        done = self.run_heddle(*words, status=status)
        if os.environ.get("HEDDLE_ACCEPT") and self.mask(done.stdout) != self.mask(shown):
            indented = lambda text: "".join(f"    {line}".rstrip() + "\n" for line in text.rstrip().split("\n"))
            begin = indented(f"$ {command}")
            document.write_text(document.read_text().replace(begin + indented(shown), begin + indented(done.stdout), 1))
            return
        self.assertEqual(self.mask(done.stdout), self.mask(shown), f"{command}:\n{done.stdout}")

    def test_readme(self):
        broken, mended = examples_of(DOCUMENTS[0])
        self.check_example(DOCUMENTS[0], *broken)
        command, program, shown = mended
        swapped = program.replace("from(b_mutex)", "from(?)").replace("to(a_mutex)", "to(b_mutex)").replace("from(?)", "from(a_mutex)")
        self.assertNotEqual(swapped, program)
        self.check_example(DOCUMENTS[0], command, swapped, shown)

    def test_the_others(self):
        fragments = {"docs/prediction.md"}  # its program is shown in parts
        checked = 0
        for document in DOCUMENTS[1:]:
            for command, program, shown in examples_of(document):
                if f"docs/{document.name}" in fragments:
                    continue
                with self.subTest(document.name, command=command):
                    self.check_example(document, command, program, shown)
                    checked += 1
        self.assertGreater(checked, 5)


class Cache(Heddle):
    def test_second_start_compiles_nothing(self):
        self.write("good.c", GOOD)
        environment = {**os.environ, "HEDDLE_CACHE": str(self.folder / "cache")}
        self.run_heddle("check", "good.c", status=VERIFIED, env=environment)
        before = sorted(os.listdir(self.folder / "cache"))
        started = time.monotonic()
        self.run_heddle("check", "good.c", status=VERIFIED, env=environment)
        self.assertLess(time.monotonic() - started, 0.5)  # 0.06 s on an idle machine
        self.assertEqual(sorted(os.listdir(self.folder / "cache")), before)

    def test_cache_that_cannot_be_written(self):
        self.write("good.c", GOOD)
        self.write("file", "")
        environment = {**os.environ, "HEDDLE_CACHE": str(self.folder / "file" / "cache")}
        done = self.run_heddle("check", "good.c", status=BAD_INPUT, env=environment)
        self.assertIn("cannot write to the cache folder", done.stderr)

    def test_cache_that_others_can_write_to(self):
        self.write("good.c", GOOD)
        theirs = self.folder / "theirs"
        theirs.mkdir()
        theirs.chmod(0o777)
        (self.folder / "link").symlink_to(theirs)
        for name in ("theirs", "link"):
            done = self.run_heddle("check", "good.c", status=BAD_INPUT, env={**os.environ, "HEDDLE_CACHE": str(self.folder / name)})
            self.assertIn("may be written to by others", done.stderr)
        (self.folder / "xdg" / "heddle").mkdir(parents=True)
        (self.folder / "xdg" / "heddle").chmod(0o777)
        environment = {key: value for key, value in os.environ.items() if key != "HEDDLE_CACHE"}
        self.run_heddle("check", "good.c", status=BAD_INPUT, env={**environment, "XDG_CACHE_HOME": str(self.folder / "xdg")})
        if os.getuid() == 0:
            theirs.chmod(0o755)
            os.chown(theirs, 12345, 12345)
            done = self.run_heddle("check", "good.c", status=BAD_INPUT, env={**os.environ, "HEDDLE_CACHE": str(theirs)})
            self.assertIn("belongs to somebody else", done.stderr)

    def test_a_damaged_entry_is_built_again(self):
        self.write("good.c", GOOD)
        cache = self.folder / "cache"
        environment = {**os.environ, "HEDDLE_CACHE": str(cache)}
        self.run_heddle("check", "good.c", status=VERIFIED, env=environment)
        self.assertEqual(cache.stat().st_mode & 0o777, 0o700)
        for damage in (lambda data: data[:100], lambda data: data[:2000] + b"damage" + data[2006:], lambda data: b""):
            library = next(cache.glob("*.so"))
            library.write_bytes(damage(library.read_bytes()))
            self.run_heddle("check", "good.c", status=VERIFIED, env=environment)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    HEDDLE = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
