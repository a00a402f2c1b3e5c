// Children, channels and pools: what a parent hears, and that nothing a child does outlasts its limits.
#include <csignal>

#include <sys/wait.h>
#include <fstream>
#include <unistd.h>

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif
#include "process/death.hpp"
#include "process/pool.hpp"

using namespace heddle;
using namespace heddle::process;
using std::chrono::milliseconds;

namespace {

const StopFlag never{false};

struct Told {
    Ended ended;
    std::vector<std::string> messages;
    milliseconds took{0};
};

Told attended(const std::function<void(Sender)>& work, const Limits& limits = {}, const StopFlag& stop = never) {
    Told told;
    const auto begin = std::chrono::steady_clock::now();
    told.ended = attend(Child(work), limits, stop, [&](std::string_view message) { told.messages.emplace_back(message); });
    told.took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    return told;
}

Limits limits_of(milliseconds time) {
    Limits limits;
    limits.time = time;
    limits.grace = milliseconds(100);
    limits.stop = milliseconds(200);
    return limits;
}

/// One that has ended, and that init has not waited for yet, does not exist any more.
bool exists(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/stat");
    std::string number, name, state;
    return status >> number >> name >> state && state != "Z";
}

} // namespace

TEST_CASE("every message arrives whole and in its order, and the end after them") {
    const Told told = attended([](Sender out) {
        out.send("first");
        out.send("");
        out.send(std::string(3 << 20, 'x')); // more than a pipe holds
        out.send("last");
        ::_exit(7);
    });
    REQUIRE(told.messages.size() == 4);
    CHECK(told.messages[0] == "first");
    CHECK(told.messages[1].empty());
    CHECK(told.messages[2].size() == 3 << 20);
    CHECK(told.messages[3] == "last");
    CHECK(told.ended.why == Why::by_itself);
    CHECK(death_of(told.ended.status) == "exit status 7");
}

TEST_CASE("a death is told in words, and what was said before it is heard") {
    const Told told = attended([](Sender out) {
        out.send("before");
        ::signal(SIGSEGV, SIG_DFL);
        ::raise(SIGSEGV);
    });
    CHECK(told.messages == std::vector<std::string>{"before"});
    CHECK(death_of(told.ended.status) == "Segmentation fault");
}

TEST_CASE("a child that ignores every signal ends at its time limit, with what it had covered") {
    const Told told = attended(
        [](Sender) {
            for (int signal = 1; signal < 32; ++signal) ::signal(signal, SIG_IGN);
            pulse->complete = 12;
            pulse->blocked = 3;
            for (;;) ::pause();
        },
        limits_of(milliseconds(300)));
    CHECK(told.ended.why == Why::time_limit);
    CHECK(told.ended.complete == 12);
    CHECK(told.ended.blocked == 3);
    CHECK(told.took < milliseconds(2000));
}

TEST_CASE("what a child has started ends with it, in whatever process group it is") {
    pid_t grandchild = 0;
    attend(Child([](Sender out) {
               const pid_t process = ::fork();
               if (process == 0) {
                   ::setsid();
                   for (;;) ::pause();
               }
               out.send(std::to_string(process));
               for (;;) ::pause();
           }),
           limits_of(milliseconds(300)), never, [&](std::string_view message) { grandchild = std::atoi(std::string(message).c_str()); });
    REQUIRE(grandchild > 0);
    for (int i = 0; i < 100 && exists(grandchild); ++i) ::usleep(10'000); // until init has waited for it
    CHECK(!exists(grandchild));
}

TEST_CASE("a grandchild that keeps the channel open keeps nobody waiting") {
    const Told told = attended([](Sender out) {
        if (::fork() == 0)
            for (;;) ::pause();
        out.send("done");
    });
    CHECK(told.messages == std::vector<std::string>{"done"});
    CHECK(told.took < milliseconds(5000));
}

TEST_CASE("a stop is passed on; who does not obey is ended") {
    const StopFlag stop{true};
    const auto before = ::signal(SIGUSR1, SIG_IGN); // the child begins with it: the stop may come before its first instruction
    const Told told = attended([](Sender) { for (;;) ::usleep(1000); }, limits_of(milliseconds(0)), stop);
    ::signal(SIGUSR1, before);
    CHECK(told.ended.why == Why::stopped);
    CHECK(told.took < milliseconds(2000));
}

TEST_CASE("without a limit, a child that sleeps for ever is ended, and one that works is not") {
    Limits limits;
    limits.asleep = milliseconds(600);
    CHECK(attended([](Sender) { for (;;) ::pause(); }, limits).ended.why == Why::asleep);
    const Told busy = attended(
        [](Sender) {
            const auto begin = std::chrono::steady_clock::now();
            while (std::chrono::steady_clock::now() - begin < milliseconds(1500)) {
            }
        },
        limits);
    CHECK(busy.ended.why == Why::by_itself);
}

TEST_CASE("a program that computes without a sign is ended, heddle at work is not") {
    Limits limits;
    limits.silent = milliseconds(500);
    const auto compute = [](bool in_program) {
        return [=](Sender) {
            pulse->in_program = in_program;
            const auto begin = std::chrono::steady_clock::now();
            while (std::chrono::steady_clock::now() - begin < milliseconds(2000)) {
            }
        };
    };
    CHECK(attended(compute(true), limits).ended.why == Why::silent);
    CHECK(attended(compute(false), limits).ended.why == Why::by_itself);
}

TEST_CASE("the time of a group that is at work does not count at first") {
    Limits limits = limits_of(milliseconds(300));
    limits.at_work = milliseconds(60'000);
    const auto work = [](Sender) {
        const auto begin = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - begin < milliseconds(1500)) {
        }
    };
    CHECK(attended(work, limits).ended.why == Why::by_itself);
    CHECK(attended([](Sender) { ::pause(); }, limits).ended.why == Why::time_limit);
}

TEST_CASE("what is no message ends the conversation, not the parent") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const char garbage[] = "\xff\xff\xff\xff\xff\xff\xff\x7f and more";
    REQUIRE(::write(ends[1], garbage, sizeof garbage) == sizeof garbage);
    Receiver receiver(ends[0]);
    unsigned heard = 0;
    CHECK(!receiver.receive([&](std::string_view) { ++heard; }));
    CHECK(heard == 0);
    ::close(ends[0]), ::close(ends[1]);
}

TEST_CASE("a child's channel leaves the small numbers to the files that a program opens, however many children there are") {
    const auto first_number = [] {
        std::string said;
        Child child([](Sender out) { out.send(std::to_string(::dup(0))); });
        child.wait([&](std::string_view text) { said = text; });
        return said;
    };
    const std::string alone = first_number();
    Child other([](Sender) { ::pause(); }), another([](Sender) { ::pause(); });
    CHECK(first_number() == alone);
}

TEST_CASE("a child in our process group may be asked to stop and ended like any other, and we stay") {
    std::string group;
    Child child([](Sender out) { out.send(std::to_string(::getpgrp())); }, Child::Group::ours);
    CHECK(child.wait([&](std::string_view text) { group = text; }) == 0);
    CHECK(group == std::to_string(::getpgrp()));
    Child sleeper([](Sender) { ::pause(); }, Child::Group::ours);
    sleeper.end();
    CHECK(death_of(sleeper.wait()) == "Killed");
}
