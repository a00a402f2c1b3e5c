#include "process/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <new>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
#include "process/processes.hpp"
#include "process/stop.hpp"

namespace heddle::process {
namespace {

constexpr std::size_t page = 4096;

/// A page that is shared with the processes forked from now on. It lies apart from where the kernel places what is loaded:
/// the program under test has the same addresses however many children its parent has; and apart from what the race detector
/// reserves (native/address_space.hpp).
Pulse* make_pulse() {
    for (std::uintptr_t at = 0x0f80'0000'0000, end = at + 4096 * page; at < end; at += page) {
        void* memory = ::mmap(reinterpret_cast<void*>(at), page, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (memory != MAP_FAILED) return new (memory) Pulse;
        if (errno != EEXIST) break;
    }
    throw InternalError(fmt::format("no memory to share with a process: {}", std::strerror(errno)));
}

} // namespace

Child::Child(const std::function<void(Sender)>& work, Group group) : group_(group), receiver_(pipe_.out()), pulse_(make_pulse()) {
    std::fflush(nullptr);
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ == 0) {
        pipe_.close_out();
        if (group_ == Group::its_own) ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1); // it died before it could be said
        heddle::pulse = pulse_;
        work(Sender(pipe_.in()));
        ::_exit(0);
    }
    pipe_.close_in();
    if (process_ > 0) {
        if (group_ == Group::its_own) ::setpgid(process_, process_); // whoever is first
        end_fd_ = out_of_the_way(static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)));
        return;
    }
    process_ = 0;
    const int error = errno;
    release();
    throw InternalError(fmt::format("cannot start a process: {}", std::strerror(error)));
}

Child::~Child() { release(); }

Child::Child(Child&& other) noexcept
    : process_(std::exchange(other.process_, 0)), group_(other.group_), pipe_(std::move(other.pipe_)),
      end_fd_(std::exchange(other.end_fd_, -1)), receiver_(std::move(other.receiver_)), pulse_(std::exchange(other.pulse_, nullptr)) {}

Child& Child::operator=(Child&& other) noexcept {
    std::swap(process_, other.process_);
    std::swap(group_, other.group_);
    std::swap(pipe_, other.pipe_);
    std::swap(end_fd_, other.end_fd_);
    std::swap(receiver_, other.receiver_);
    std::swap(pulse_, other.pulse_);
    return *this;
}

void Child::release() {
    if (process_) {
        end();
        wait();
    }
    if (end_fd_ >= 0) ::close(end_fd_);
    if (pulse_) ::munmap(pulse_, page);
}

void Child::ask_to_stop() const {
    if (process_) pass_on_stop(process_);
}

void Child::end() const {
    if (!process_) return;
    // While the process is stopped it can neither start others nor end and leave them to somebody else.
    ::kill(process_, SIGSTOP);
    for (const pid_t each : descendants_of(process_)) ::kill(each, SIGKILL);
    if (group_ == Group::its_own) ::kill(-process_, SIGKILL);
}

bool Child::has_ended() const {
    siginfo_t info{};
    return !process_ || (::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                         info.si_pid == process_);
}

int Child::wait(const std::function<void(std::string_view)>& take) {
    if (!process_) return 0;
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    // What is left of its group has lost who was to wait for it; and it may have the channel open, so that nobody would
    // ever see its end.
    if (group_ == Group::its_own) ::kill(-process_, SIGKILL);
    ::fcntl(fd(), F_SETFL, O_NONBLOCK);
    while (receive(take)) {
    }
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return status;
}

std::chrono::nanoseconds Child::processor_time() const {
    clockid_t clock;
    timespec time{};
    if (!process_ || ::clock_getcpuclockid(process_, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
        return std::chrono::nanoseconds(0);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

Child::Usage Child::group() const {
    Usage group;
    for (const Process& seen : all_processes()) {
        if (seen.group != process_) continue;
        group.busy |= seen.state == 'R' || seen.state == 'D';
        group.used += std::chrono::milliseconds(seen.ticks * 1000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
    }
    return group;
}

} // namespace heddle::process
