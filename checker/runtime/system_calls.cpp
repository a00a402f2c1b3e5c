#include "runtime/system_calls.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>

namespace heddle::runtime {
namespace {

using Buffer = SystemCall::Buffer;

constexpr Buffer text(int argument) { return {argument, false, true, 0, -1}; }
constexpr Buffer in(int argument, int length) { return {argument, false, false, 0, length}; }
constexpr Buffer out(int argument, int length) { return {argument, true, false, 0, length}; }
constexpr Buffer out_of(int argument, std::size_t size) { return {argument, true, false, std::uint32_t(size), -1}; }

constexpr SystemCall known[]{
    {SYS_read, {out(1, 2)}},
    {SYS_pread64, {out(1, 2)}},
    {SYS_recvfrom, {out(1, 2)}},
    {SYS_getrandom, {out(0, 1)}},
    {SYS_getdents64, {out(1, 2)}},
    {SYS_getcwd, {out(0, 1)}},
    {SYS_write, {in(1, 2)}},
    {SYS_pwrite64, {in(1, 2)}},
    {SYS_sendto, {in(1, 2)}},
    {SYS_open, {text(0)}},
    {SYS_openat, {text(1)}},
    {SYS_access, {text(0)}},
    {SYS_unlink, {text(0)}},
    {SYS_mkdir, {text(0)}},
    {SYS_rmdir, {text(0)}},
    {SYS_chdir, {text(0)}},
    {SYS_rename, {text(0), text(1)}},
    {SYS_readlink, {text(0), out(1, 2)}},
    {SYS_stat, {text(0), out_of(1, sizeof(struct stat))}},
    {SYS_lstat, {text(0), out_of(1, sizeof(struct stat))}},
    {SYS_fstat, {out_of(1, sizeof(struct stat))}},
    {SYS_newfstatat, {text(1), out_of(2, sizeof(struct stat))}},
    {SYS_uname, {out_of(0, sizeof(utsname))}},
    {SYS_clock_gettime, {out_of(1, sizeof(timespec))}},
    {SYS_gettimeofday, {out_of(0, sizeof(timeval))}},
    {SYS_futex, {}},
};

} // namespace

const SystemCall* system_call_of(long number) {
    for (const SystemCall& call : known)
        if (call.number == number) return &call;
    return nullptr;
}

bool starts_or_ends_something(long number) {
    switch (number) {
    case SYS_clone:
    case SYS_clone3:
    case SYS_fork:
    case SYS_vfork:
    case SYS_execve:
    case SYS_execveat:
    case SYS_exit:
    case SYS_exit_group:
    case SYS_kill:
    case SYS_tgkill: return true;
    default: return false;
    }
}

} // namespace heddle::runtime
