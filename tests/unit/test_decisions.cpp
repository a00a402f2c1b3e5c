// Executions as numbers: what was encoded plays again, and nothing else is taken for an execution of the program.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
#include "search/check.hpp"
#include "program/compile.hpp"
#include "program/module.hpp"
#include "trace/json.hpp"

namespace fs = std::filesystem;
using namespace heddle;

namespace {

const char* const program_text = R"(
#include <atomic>
#include <cassert>
#include <mutex>
#include <thread>
#include <heddle/heddle.hpp>
std::atomic<int> x, y;
std::mutex m;
int main() {
    std::thread a([] { x.store(int(heddle::choose(3)), std::memory_order_relaxed); std::lock_guard g(m); y.fetch_add(1); });
    std::thread b([] { std::lock_guard g(m); int expected = 1; y.compare_exchange_strong(expected, 5); assert(x.load(std::memory_order_relaxed) != 2); });
    a.join(); b.join();
})";

/// Does the work in a child process, with the program loaded and the trace of its violation.
/// @return its exit status
int with_trace(const std::function<int(program::Module&, const trace::Trace&)>& work) {
    char pattern[] = "/tmp/heddle-decisions-XXXXXX";
    if (!mkdtemp(pattern)) std::abort();
    const fs::path folder = pattern;
    std::ofstream(folder / "program.cpp") << program_text;
    const pid_t child = fork();
    if (child == 0) {
        int status = 100;
        try {
            program::Module module(program::build({{folder / "program.cpp"}, "", {}}).library);
            const StopFlag stop{false};
            const trace::CheckResult result = search::check(module, {}, {}, stop);
            status = result.trace ? work(module, *result.trace) : 101;
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
        }
        std::_Exit(status);
    }
    int status = 0;
    waitpid(child, &status, 0);
    fs::remove_all(folder);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
}

} // namespace

TEST_CASE("play after encode is the identity", "[decisions]") {
    CHECK(with_trace([](program::Module& module, const trace::Trace& trace) {
              const trace::CheckResult again = search::replay(module, {}, trace);
              if (!again.trace || again.verdict != trace.violation.kind || again.reason != trace.violation.message) return 1;
              return again.trace->decisions == trace.decisions ? 0 : 2;
          }) == 0);
}

TEST_CASE("a trace without the kinds of its operations, as older ones are, still plays", "[decisions]") {
    CHECK(with_trace([](program::Module& module, trace::Trace trace) {
              constexpr std::ptrdiff_t children = 4; // nothing is known of this program: no arrivals, words, blocks
              std::vector<std::uint64_t> older{1, trace.decisions[children]};
              const std::size_t decisions = children + 1 + 3 * trace.decisions[children];
              older.insert(older.end(), trace.decisions.begin() + children + 1, trace.decisions.begin() + std::ptrdiff_t(decisions) + 1);
              for (std::size_t at = decisions + 1; at < trace.decisions.size(); at += 7)
                  older.insert(older.end(), trace.decisions.begin() + std::ptrdiff_t(at), trace.decisions.begin() + std::ptrdiff_t(at) + 6);
              trace.decisions = older;
              return search::replay(module, {}, trace).verdict == Verdict::assertion ? 0 : 1;
          }) == 0);
}

TEST_CASE("a trace without what had turned out about its program, as older ones are, still plays", "[decisions]") {
    CHECK(with_trace([](program::Module& module, trace::Trace trace) {
              trace.decisions.erase(trace.decisions.begin() + 1, trace.decisions.begin() + 4);
              trace.decisions[0] = 2;
              return search::replay(module, {}, trace).verdict == Verdict::assertion ? 0 : 1;
          }) == 0);
}

TEST_CASE("no number in place of another makes a replay fail otherwise than in words", "[decisions]") {
    // Each changed record either is no record, or is played to a step that does not fit, or is an execution of the program.
    CHECK(with_trace([](program::Module& module, const trace::Trace& trace) {
              const std::uint64_t others[]{0, 1, 2, 3, 7, 250, 255, 65'535, 0xffff'fffe, 0xffff'ffff, std::uint64_t{1} << 32, ~std::uint64_t{0}};
              unsigned refused = 0, misfits = 0, played = 0;
              for (std::size_t at = 0; at < trace.decisions.size(); ++at)
                  for (const std::uint64_t other : others) {
                      trace::Trace changed = trace;
                      if (changed.decisions[at] == other) continue;
                      changed.decisions[at] = other;
                      try {
                          const trace::CheckResult result = search::replay(module, {}, changed);
                          if (result.verdict == Verdict::nondeterminism) {
                              ++misfits;
                              if (result.reason.find("step") == std::string::npos && result.reason.find("thread") == std::string::npos) return std::fprintf(stderr, "%s\n", result.reason.c_str()), 1;
                          } else {
                              ++played;
                          }
                      } catch (const UserError&) {
                          ++refused;
                      }
                  }
              return refused > 50 && misfits > 50 && played > 0 ? 0 : 2; // stamps do not matter for a single execution
          }) == 0);
}

TEST_CASE("a record that is cut short, or too long, is none", "[decisions]") {
    CHECK(with_trace([](program::Module& module, const trace::Trace& trace) {
              for (std::size_t size = 0; size < trace.decisions.size(); ++size) {
                  trace::Trace cut = trace;
                  cut.decisions.resize(size);
                  try {
                      search::replay(module, {}, cut);
                      return 1;
                  } catch (const UserError&) {
                  }
              }
              trace::Trace longer = trace;
              longer.decisions.push_back(0);
              try {
                  search::replay(module, {}, longer);
                  return 2;
              } catch (const UserError&) {
              }
              return 0;
          }) == 0);
}
