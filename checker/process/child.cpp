#include "process/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <new>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
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

struct Seen {
    pid_t process = 0, parent = 0, group = 0;
    char state = '?';
    std::uint64_t ticks = 0; ///< processor time, of the children that it has waited for too
};

/// Every process there is, as /proc shows it.
std::vector<Seen> all_processes() {
    std::vector<Seen> all;
    DIR* folder = ::opendir("/proc");
    if (!folder) return all;
    while (const dirent* entry = ::readdir(folder)) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
        std::FILE* file = std::fopen(fmt::format("/proc/{}/stat", entry->d_name).c_str(), "re");
        if (!file) continue;
        char line[512] = {};
        const bool read = std::fgets(line, sizeof line, file) != nullptr;
        std::fclose(file);
        // The name stands in parentheses and may hold any character, also a parenthesis.
        const char* after_name = read ? std::strrchr(line, ')') : nullptr;
        Seen seen;
        seen.process = std::atoi(entry->d_name);
        unsigned long long user = 0, system = 0;
        long long user_of_children = 0, system_of_children = 0;
        if (!after_name || std::sscanf(after_name, ") %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld", &seen.state,
                                       &seen.parent, &seen.group, &user, &system, &user_of_children, &system_of_children) != 7)
            continue;
        seen.ticks = user + system + static_cast<std::uint64_t>(user_of_children + system_of_children);
        all.push_back(seen);
    }
    ::closedir(folder);
    return all;
}

/// What the process started, and what those did, wherever they have put themselves.
std::vector<pid_t> descendants_of(pid_t ancestor) {
    std::multimap<pid_t, pid_t> children;
    for (const Seen& seen : all_processes()) children.emplace(seen.parent, seen.process);
    std::vector<pid_t> found{ancestor};
    for (std::size_t i = 0; i < found.size(); ++i)
        for (auto [it, end] = children.equal_range(found[i]); it != end; ++it) found.push_back(it->second);
    return found;
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
        end_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0));
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
    for (const Seen& seen : all_processes()) {
        if (seen.group != process_) continue;
        group.busy |= seen.state == 'R' || seen.state == 'D';
        group.used += std::chrono::milliseconds(seen.ticks * 1000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
    }
    return group;
}

} // namespace heddle::process
