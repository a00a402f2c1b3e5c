#include "process/stop.hpp"

#include <csignal>

#include <unistd.h>

namespace heddle::process {
namespace {

constexpr int passed_on = SIGUSR1;

StopFlag requested{false};

volatile std::sig_atomic_t interrupts = 0;

void on_signal(int number) {
    requested = true;
    // Ctrl-C reaches every process of the group by itself: one that was passed on is not the user's second.
    if (number == passed_on) return;
    if (interrupts) ::_exit(128 + number);
    interrupts = 1;
}

} // namespace

void stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = on_signal; // no SA_RESTART: whoever waits shall look at the flag
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(passed_on, &action, nullptr);
}

void pass_on_stop(pid_t process) { ::kill(process, passed_on); }

const StopFlag& stop_flag() { return requested; }

} // namespace heddle::process
