// What functions of the C library read and write in the program's memory: a table. Only functions whose arguments and result
// are integers and pointers, at most six, are here: each is called through the same few lines, whatever its type. Memory
// counts as the library accesses it: a string up to its end, a buffer as far as it was filled, nothing when the call failed.
//
// Not here: what a format says (hooks_format.cpp), floating point and what else has a type of its own (hooks_typed.cpp).
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <cwchar>
#include <optional>
#include <utility>

#include <dirent.h>
#include <dlfcn.h>
#include <glob.h>
#include <grp.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <regex.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>
#include <utime.h>
#include <wordexp.h>

#include "native/accesses.hpp"
#include "native/files.hpp"
#include "native/hidden_state.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/real.hpp"
#include "program/module.hpp"

namespace heddle::native {
namespace {

// --- what a call does: a list of effects ---

enum class Does : std::uint8_t { nothing, reads, writes, uses_file, sends, receives, opens, waits, looks_hidden, changes_hidden, changes_locked };
/// Of how many bytes.
enum class Bytes : std::uint8_t {
    fixed,       ///< `number`
    string,      ///< up to and with the NUL
    wide,        ///< … of wchar_t
    of_argument, ///< argument `number`, times `each`
    of_product,  ///< arguments `number` and `number` + 1
    of_result,   ///< the result, times `each`, + `plus`
    up_to,       ///< the result, a pointer into the object; all of the string when it is null
    held_length, ///< the int that argument `number` points to
};

struct Effect {
    Does does = Does::nothing;
    Bytes bytes = Bytes::fixed;
    std::int8_t argument = 0; ///< which one; result_itself: what the call returns
    bool through = false;     ///< the pointer that the argument points to
    std::uint16_t number = 0, each = 1;
    std::int8_t plus = 0;
};
constexpr std::int8_t result_itself = -1;

constexpr Effect reads(int argument, std::size_t size) { return {Does::reads, Bytes::fixed, static_cast<std::int8_t>(argument), false, static_cast<std::uint16_t>(size), 1, 0}; }
constexpr Effect reads_string(int argument) { return {Does::reads, Bytes::string, static_cast<std::int8_t>(argument), false, 0, 1, 0}; }
constexpr Effect reads_wide(int argument) { return {Does::reads, Bytes::wide, static_cast<std::int8_t>(argument), false, 0, 1, 0}; }
constexpr Effect reads_bytes(int argument, int size, std::size_t each = 1) {
    return {Does::reads, Bytes::of_argument, static_cast<std::int8_t>(argument), false, static_cast<std::uint16_t>(size), static_cast<std::uint16_t>(each), 0};
}
constexpr Effect reads_items(int argument, int count) { return {Does::reads, Bytes::of_product, static_cast<std::int8_t>(argument), false, static_cast<std::uint16_t>(count), 1, 0}; }
constexpr Effect reads_result(int argument, int plus = 0, std::size_t each = 1) {
    return {Does::reads, Bytes::of_result, static_cast<std::int8_t>(argument), false, 0, static_cast<std::uint16_t>(each), static_cast<std::int8_t>(plus)};
}
constexpr Effect reads_up_to_result(int argument) { return {Does::reads, Bytes::up_to, static_cast<std::int8_t>(argument), false, 0, 1, 0}; }

constexpr Effect write(Effect effect) { return effect.does = Does::writes, effect; }
constexpr Effect writes(int argument, std::size_t size) { return write(reads(argument, size)); }
constexpr Effect writes_string(int argument) { return write(reads_string(argument)); }
constexpr Effect writes_wide(int argument) { return write(reads_wide(argument)); }
constexpr Effect writes_bytes(int argument, int size, std::size_t each = 1) { return write(reads_bytes(argument, size, each)); }
constexpr Effect writes_items(int argument, int count) { return write(reads_items(argument, count)); }
/// As many as the call returns.
constexpr Effect writes_result(int argument, int plus = 0, std::size_t each = 1) { return write(reads_result(argument, plus, each)); }
constexpr Effect writes_held(int argument, int length) {
    return {Does::writes, Bytes::held_length, static_cast<std::int8_t>(argument), false, static_cast<std::uint16_t>(length), 1, 0};
}
/// The object, of static storage duration, that the call returns.
constexpr Effect returns(std::size_t size) { return writes(result_itself, size); }
constexpr Effect returns_string() { return writes_string(result_itself); }
/// What the pointer that the argument points to points to.
constexpr Effect through(Effect effect) { return effect.through = true, effect; }
constexpr Effect uses_file(int argument) { return {Does::uses_file, Bytes::fixed, static_cast<std::int8_t>(argument), false, 0, 1, 0}; }
constexpr Effect sends(int argument) { return {Does::sends, Bytes::fixed, static_cast<std::int8_t>(argument), false, 0, 1, 0}; }
constexpr Effect receives(int argument) { return {Does::receives, Bytes::fixed, static_cast<std::int8_t>(argument), false, 0, 1, 0}; }
constexpr Effect opens() { return {Does::opens, Bytes::fixed, 0, false, 0, 1, 0}; }
constexpr Effect waits() { return {Does::waits, Bytes::fixed, 0, false, 0, 1, 0}; }

/// What the function keeps between calls is read, written, or written under a lock against its like.
constexpr Effect hidden(Does does, Hidden state) { return {does, Bytes::fixed, 0, false, static_cast<std::uint16_t>(state), 1, 0}; }
constexpr Effect looks(Hidden state) { return hidden(Does::looks_hidden, state); }
constexpr Effect changes(Hidden state) { return hidden(Does::changes_hidden, state); }
constexpr Effect changes_locked(Hidden state) { return hidden(Does::changes_locked, state); }

/// When the call has done what it should.
enum class Success : std::uint8_t { always, zero, not_negative, not_null };

struct Row {
    const char* name;
    Success success;
    std::array<Effect, 5> effects{};
};

constexpr auto always = Success::always, zero = Success::zero, not_negative = Success::not_negative, not_null = Success::not_null;
constexpr std::size_t word = sizeof(long), signal_set = 8; // what the kernel knows of a sigset_t

constexpr Row rows[]{
    // strings
    {"strchrnul", always, {reads_up_to_result(0)}},
    {"rawmemchr", always, {reads_up_to_result(0)}},
    {"strspn", always, {reads_result(0, 1), reads_string(1)}},
    {"strcspn", always, {reads_result(0, 1), reads_string(1)}},
    {"strpbrk", always, {reads_up_to_result(0), reads_string(1)}},
    {"strcasestr", always, {reads_string(0), reads_string(1)}},
    {"strcoll", always, {reads_string(0), reads_string(1)}},
    {"strxfrm", always, {reads_string(1)}},
    {"strtok_r", always, {reads_string(0), reads(2, word), reads_string(1), writes(2, word)}},
    {"__strtok_r", always, {reads_string(0), reads(2, word), reads_string(1), writes(2, word)}},
    {"strtok", always, {changes(Hidden::strtok), reads_string(0), reads_string(1)}},
    {"strsep", always, {reads(0, word), through(reads_string(0)), reads_string(1), writes(0, word)}},
    {"memfrob", always, {writes_bytes(0, 1)}},
    {"swab", always, {reads_bytes(0, 2), writes_bytes(1, 2)}},
    {"__xpg_strerror_r", zero, {writes_string(1)}},
    // wide strings
    {"wcslen", always, {reads_result(0, 4, 4)}},
    {"wcsnlen", always, {reads_result(0, 0, 4)}},
    {"wcscpy", always, {reads_wide(1), writes_wide(0)}},
    {"wcpcpy", always, {reads_wide(1)}},
    {"wcsncpy", always, {writes_bytes(0, 2, 4)}},
    {"wcschr", always, {reads_up_to_result(0)}},
    {"wcsrchr", always, {reads_wide(0)}},
    {"wcsstr", always, {reads_wide(0), reads_wide(1)}},
    {"wcspbrk", always, {reads_up_to_result(0), reads_wide(1)}},
    {"wcsspn", always, {reads_result(0, 4, 4), reads_wide(1)}},
    {"wcscspn", always, {reads_result(0, 4, 4), reads_wide(1)}},
    {"wcsdup", always, {reads_wide(0)}},
    {"wmemcpy", always, {reads_bytes(1, 2, 4), writes_bytes(0, 2, 4)}},
    {"wmempcpy", always, {reads_bytes(1, 2, 4), writes_bytes(0, 2, 4)}},
    {"wmemmove", always, {reads_bytes(1, 2, 4), writes_bytes(0, 2, 4)}},
    {"wmemset", always, {writes_bytes(0, 2, 4)}},
    {"mbstowcs", not_negative, {reads_string(1), writes_result(0, 0, 4)}},
    {"wcstombs", not_negative, {reads_wide(1), writes_result(0)}},
    {"mbrtowc", not_negative, {writes(0, 4)}},
    {"mbtowc", not_negative, {writes(0, 4)}},
    {"wcrtomb", not_negative, {writes_result(0)}},
    {"wctomb", not_negative, {writes_result(0)}},
    {"mbsrtowcs", not_negative, {writes(1, word), writes_result(0, 0, 4)}},
    {"mbsnrtowcs", not_negative, {writes(1, word), writes_result(0, 0, 4)}},
    {"wcsrtombs", not_negative, {writes(1, word), writes_result(0)}},
    {"wcsnrtombs", not_negative, {writes(1, word), writes_result(0)}},
    {"fgetws", not_null, {writes_wide(0)}},
    {"fputws", always, {reads_wide(0)}},
    // streams, which are locked while they are used
    {"getline", not_negative, {writes(0, word), writes(1, word), through(writes_result(0, 1))}},
    {"getdelim", not_negative, {writes(0, word), writes(1, word), through(writes_result(0, 1))}},
    {"__getdelim", not_negative, {writes(0, word), writes(1, word), through(writes_result(0, 1))}},
    {"fputs_unlocked", always, {reads_string(0)}},
    {"fwrite_unlocked", always, {reads_items(0, 1)}},
    {"perror", always, {reads_string(0)}},
    {"freopen", always, {reads_string(0), reads_string(1)}},
    {"freopen64", always, {reads_string(0), reads_string(1)}},
    {"fdopen", not_null, {uses_file(0), reads_string(1)}},
    {"open_memstream", not_null, {writes(0, word), writes(1, word)}},
    {"open_wmemstream", not_null, {writes(0, word), writes(1, word)}},
    {"popen", always, {reads_string(0), reads_string(1)}},
    {"fgetpos", zero, {writes(1, 16)}},
    {"fsetpos", always, {reads(1, 16)}},
    // time
    {"time", always, {writes(0, sizeof(time_t))}},
    {"ftime", always, {writes(0, 16)}},
    {"times", always, {writes(0, sizeof(tms))}},
    {"gettimeofday", zero, {writes(0, sizeof(timeval)), writes(1, 8)}},
    {"settimeofday", always, {reads(0, sizeof(timeval)), reads(1, 8)}},
    {"clock_gettime", zero, {writes(1, sizeof(timespec))}},
    {"clock_getres", zero, {writes(1, sizeof(timespec))}},
    {"clock_settime", always, {reads(1, sizeof(timespec))}},
    {"clock_getcpuclockid", zero, {writes(1, 4)}},
    {"timespec_get", always, {writes(0, sizeof(timespec))}},
    {"localtime", not_null, {changes(Hidden::broken_down_time), reads(0, sizeof(time_t)), returns(sizeof(tm))}},
    {"gmtime", not_null, {changes(Hidden::broken_down_time), reads(0, sizeof(time_t)), returns(sizeof(tm))}},
    {"localtime_r", not_null, {reads(0, sizeof(time_t)), writes(1, sizeof(tm))}},
    {"gmtime_r", not_null, {reads(0, sizeof(time_t)), writes(1, sizeof(tm))}},
    {"ctime", not_null, {changes(Hidden::broken_down_time), changes(Hidden::time_text), reads(0, sizeof(time_t)), returns_string()}},
    {"ctime_r", not_null, {reads(0, sizeof(time_t)), writes_string(1)}},
    {"asctime", not_null, {changes(Hidden::time_text), reads(0, sizeof(tm)), returns_string()}},
    {"asctime_r", not_null, {reads(0, sizeof(tm)), writes_string(1)}},
    {"mktime", always, {reads(0, sizeof(tm)), writes(0, sizeof(tm))}},
    {"timegm", always, {reads(0, sizeof(tm)), writes(0, sizeof(tm))}},
    {"timelocal", always, {reads(0, sizeof(tm)), writes(0, sizeof(tm))}},
    {"strftime", always, {reads_string(2), reads(3, sizeof(tm)), writes_result(0, 1)}},
    {"strptime", not_null, {reads_string(1), writes(2, sizeof(tm)), reads_string(0)}},
    {"getitimer", zero, {writes(1, sizeof(itimerval))}},
    {"setitimer", zero, {reads(1, sizeof(itimerval)), writes(2, sizeof(itimerval))}},
    {"timer_create", zero, {writes(2, word)}},
    {"timer_gettime", zero, {writes(1, sizeof(itimerspec))}},
    {"timer_settime", zero, {reads(2, sizeof(itimerspec)), writes(3, sizeof(itimerspec))}},
    {"timerfd_gettime", zero, {uses_file(0), writes(1, sizeof(itimerspec))}},
    {"timerfd_settime", zero, {uses_file(0), reads(2, sizeof(itimerspec)), writes(3, sizeof(itimerspec))}},
    {"utime", always, {reads_string(0), reads(1, sizeof(utimbuf))}},
    {"utimes", always, {reads_string(0), reads(1, 2 * sizeof(timeval))}},
    // files by name
    {"stat", zero, {reads_string(0), writes(1, sizeof(struct stat))}},
    {"stat64", zero, {reads_string(0), writes(1, sizeof(struct stat))}},
    {"lstat", zero, {reads_string(0), writes(1, sizeof(struct stat))}},
    {"lstat64", zero, {reads_string(0), writes(1, sizeof(struct stat))}},
    {"fstat", zero, {uses_file(0), writes(1, sizeof(struct stat))}},
    {"fstat64", zero, {uses_file(0), writes(1, sizeof(struct stat))}},
    {"fstatat", zero, {reads_string(1), writes(2, sizeof(struct stat))}},
    {"fstatat64", zero, {reads_string(1), writes(2, sizeof(struct stat))}},
    {"__xstat", zero, {reads_string(1), writes(2, sizeof(struct stat))}},
    {"__xstat64", zero, {reads_string(1), writes(2, sizeof(struct stat))}},
    {"__lxstat", zero, {reads_string(1), writes(2, sizeof(struct stat))}},
    {"__lxstat64", zero, {reads_string(1), writes(2, sizeof(struct stat))}},
    {"__fxstat", zero, {uses_file(1), writes(2, sizeof(struct stat))}},
    {"__fxstat64", zero, {uses_file(1), writes(2, sizeof(struct stat))}},
    {"statfs", zero, {reads_string(0), writes(1, sizeof(struct statfs))}},
    {"statfs64", zero, {reads_string(0), writes(1, sizeof(struct statfs))}},
    {"fstatfs", zero, {uses_file(0), writes(1, sizeof(struct statfs))}},
    {"fstatfs64", zero, {uses_file(0), writes(1, sizeof(struct statfs))}},
    {"statvfs", zero, {reads_string(0), writes(1, sizeof(struct statvfs))}},
    {"statvfs64", zero, {reads_string(0), writes(1, sizeof(struct statvfs))}},
    {"fstatvfs", zero, {uses_file(0), writes(1, sizeof(struct statvfs))}},
    {"fstatvfs64", zero, {uses_file(0), writes(1, sizeof(struct statvfs))}},
    {"access", always, {reads_string(0)}},
    {"unlink", always, {reads_string(0)}},
    {"rmdir", always, {reads_string(0)}},
    {"mkdir", always, {reads_string(0)}},
    {"mkfifo", always, {reads_string(0)}},
    {"remove", always, {reads_string(0)}},
    {"chdir", always, {reads_string(0)}},
    {"chmod", always, {reads_string(0)}},
    {"chown", always, {reads_string(0)}},
    {"truncate", always, {reads_string(0)}},
    {"rename", always, {reads_string(0), reads_string(1)}},
    {"link", always, {reads_string(0), reads_string(1)}},
    {"symlink", always, {reads_string(0), reads_string(1)}},
    {"readlink", not_negative, {reads_string(0), writes_result(1)}},
    {"readlinkat", not_negative, {reads_string(1), writes_result(2)}},
    {"realpath", not_null, {reads_string(0), writes_string(1)}},
    {"canonicalize_file_name", always, {reads_string(0)}},
    {"getcwd", not_null, {writes_string(0)}},
    {"mkdtemp", not_null, {writes_string(0)}},
    {"tmpnam", not_null, {writes_string(0)}},
    {"tmpnam_r", not_null, {writes_string(0)}},
    {"tempnam", always, {reads_string(0), reads_string(1)}},
    {"opendir", always, {reads_string(0)}},
    {"readdir", not_null, {returns(19)}}, // up to the name, which has the length that the third field says
    {"readdir64", not_null, {returns(19)}},
    {"readdir_r", zero, {writes(1, 19), writes(2, word)}},
    {"readdir64_r", zero, {writes(1, 19), writes(2, word)}},
    {"scandir", not_negative, {reads_string(0), writes(1, word)}},
    {"scandir64", not_negative, {reads_string(0), writes(1, word)}},
    {"glob", zero, {reads_string(0), writes(3, sizeof(glob_t))}},
    {"glob64", zero, {reads_string(0), writes(3, sizeof(glob_t))}},
    {"globfree", always, {writes(0, sizeof(glob_t))}},
    {"wordexp", zero, {reads_string(0), writes(1, sizeof(wordexp_t))}},
    {"fnmatch", always, {reads_string(0), reads_string(1)}},
    {"getxattr", not_negative, {reads_string(0), reads_string(1), writes_result(2)}},
    {"lgetxattr", not_negative, {reads_string(0), reads_string(1), writes_result(2)}},
    {"fgetxattr", not_negative, {uses_file(0), reads_string(1), writes_result(2)}},
    {"listxattr", not_negative, {reads_string(0), writes_result(1)}},
    {"llistxattr", not_negative, {reads_string(0), writes_result(1)}},
    {"flistxattr", not_negative, {uses_file(0), writes_result(1)}},
    // descriptors
    {"lseek", always, {uses_file(0)}},
    {"lseek64", always, {uses_file(0)}},
    {"fsync", always, {uses_file(0)}},
    {"fdatasync", always, {uses_file(0)}},
    {"ftruncate", always, {uses_file(0)}},
    {"flock", always, {uses_file(0)}},
    {"isatty", always, {uses_file(0)}},
    {"listen", always, {uses_file(0)}},
    {"shutdown", always, {sends(0)}},
    {"bind", always, {uses_file(0), reads_bytes(1, 2)}},
    {"getsockname", zero, {uses_file(0), writes(2, 4), writes_held(1, 2)}},
    {"getpeername", zero, {uses_file(0), writes(2, 4), writes_held(1, 2)}},
    {"getsockopt", zero, {uses_file(0), writes(4, 4), writes_held(3, 4)}},
    {"setsockopt", always, {uses_file(0), reads_bytes(3, 4)}},
    {"select", always, {waits()}},
    {"pselect", always, {waits()}},
    {"inotify_init", not_negative, {opens()}},
    {"inotify_init1", not_negative, {opens()}},
    {"inotify_add_watch", always, {uses_file(0), reads_string(1)}},
    {"tcgetattr", zero, {uses_file(0), writes(1, sizeof(termios))}},
    {"ttyname", not_null, {changes(Hidden::terminal), uses_file(0), returns_string()}},
    {"ttyname_r", zero, {uses_file(0), writes_string(1)}},
    {"ptsname", not_null, {changes(Hidden::terminal), uses_file(0), returns_string()}},
    {"ptsname_r", zero, {uses_file(0), writes_string(1)}},
    {"msgsnd", always, {waits(), reads_bytes(1, 2)}},
    {"msgrcv", not_negative, {waits(), writes_result(1, 8)}},
    {"mq_send", always, {waits(), reads_bytes(1, 2)}},
    {"mq_receive", not_negative, {waits(), writes_result(1), writes(3, 4)}},
    // names of hosts and networks
    {"inet_pton", always, {reads_string(1)}},
    {"inet_ntop", not_null, {writes_string(2)}},
    {"inet_aton", always, {reads_string(0), writes(1, 4)}},
    {"inet_addr", always, {reads_string(0)}},
    {"inet_ntoa", not_null, {returns_string()}},
    {"if_indextoname", not_null, {writes_string(1)}},
    {"if_nametoindex", always, {reads_string(0)}},
    {"getifaddrs", zero, {writes(0, word)}},
    {"getaddrinfo", zero, {waits(), reads_string(0), reads_string(1), reads(2, sizeof(addrinfo)), writes(3, word)}},
    {"getnameinfo", zero, {waits(), reads_bytes(0, 1), writes_string(2), writes_string(4)}},
    {"gethostname", zero, {writes_string(0)}},
    {"gethostbyname", not_null, {waits(), changes(Hidden::hosts), reads_string(0), returns(sizeof(hostent))}},
    {"gethostbyname2", not_null, {waits(), changes(Hidden::hosts), reads_string(0), returns(sizeof(hostent))}},
    {"gethostbyaddr", not_null, {waits(), changes(Hidden::hosts), reads_bytes(0, 1), returns(sizeof(hostent))}},
    {"gethostent", not_null, {changes(Hidden::hosts), returns(sizeof(hostent))}},
    {"gethostbyname_r", zero, {waits(), reads_string(0), writes(1, sizeof(hostent)), writes(4, word), writes(5, 4)}},
    {"getservbyname", not_null, {changes(Hidden::services), reads_string(0), reads_string(1), returns(sizeof(servent))}},
    {"getprotobyname", not_null, {changes(Hidden::protocols), reads_string(0), returns(sizeof(protoent))}},
    {"getprotobynumber", not_null, {changes(Hidden::protocols), returns(sizeof(protoent))}},
    {"getprotoent", not_null, {changes(Hidden::protocols), returns(sizeof(protoent))}},
    {"getprotobyname_r", zero, {reads_string(0), writes(1, sizeof(protoent)), writes(4, word)}},
    {"getprotobynumber_r", zero, {writes(1, sizeof(protoent)), writes(4, word)}},
    {"getnetbyname", not_null, {changes(Hidden::networks), reads_string(0), returns(sizeof(netent))}},
    {"getnetent", not_null, {changes(Hidden::networks), returns(sizeof(netent))}},
    // users, and the system
    {"getpwnam", not_null, {changes(Hidden::users), reads_string(0), returns(sizeof(passwd))}},
    {"getpwuid", not_null, {changes(Hidden::users), returns(sizeof(passwd))}},
    {"getpwent", not_null, {changes(Hidden::users), returns(sizeof(passwd))}},
    {"fgetpwent", not_null, {returns(sizeof(passwd))}},
    {"getpwnam_r", zero, {reads_string(0), writes(1, sizeof(passwd)), writes(4, word)}},
    {"getpwuid_r", zero, {writes(1, sizeof(passwd)), writes(4, word)}},
    {"getpwent_r", zero, {writes(0, sizeof(passwd)), writes(3, word)}},
    {"fgetpwent_r", zero, {writes(1, sizeof(passwd)), writes(4, word)}},
    {"getgrnam", not_null, {changes(Hidden::groups), reads_string(0), returns(sizeof(group))}},
    {"getgrgid", not_null, {changes(Hidden::groups), returns(sizeof(group))}},
    {"getgrent", not_null, {changes(Hidden::groups), returns(sizeof(group))}},
    {"fgetgrent", not_null, {returns(sizeof(group))}},
    {"getgrnam_r", zero, {reads_string(0), writes(1, sizeof(group)), writes(4, word)}},
    {"getgrgid_r", zero, {writes(1, sizeof(group)), writes(4, word)}},
    {"getgrent_r", zero, {writes(0, sizeof(group)), writes(3, word)}},
    {"fgetgrent_r", zero, {writes(1, sizeof(group)), writes(4, word)}},
    {"getgroups", not_negative, {writes_result(1, 0, 4)}},
    {"getgrouplist", not_negative, {reads_string(0), writes(3, 4), writes_result(2, 0, 4)}},
    {"getresuid", zero, {writes(0, 4), writes(1, 4), writes(2, 4)}},
    {"getresgid", zero, {writes(0, 4), writes(1, 4), writes(2, 4)}},
    {"getlogin_r", zero, {writes_string(0)}},
    {"uname", zero, {writes(0, sizeof(utsname))}},
    {"sysinfo", zero, {writes(0, sizeof(struct sysinfo))}},
    {"getloadavg", not_negative, {writes_result(0, 0, 8)}},
    {"getrlimit", zero, {writes(1, sizeof(rlimit))}},
    {"setrlimit", always, {reads(1, sizeof(rlimit))}},
    {"getrusage", zero, {writes(1, sizeof(rusage))}},
    {"getrandom", not_negative, {writes_result(0)}},
    {"getentropy", zero, {writes_bytes(0, 1)}},
    {"sched_getaffinity", zero, {writes_bytes(2, 1)}},
    {"sched_getparam", zero, {writes(1, 4)}},
    {"setlocale", always, {reads_string(1)}},
    // processes and signals
    {"wait", not_negative, {waits(), writes(0, 4)}},
    {"waitpid", not_negative, {waits(), writes(1, 4)}},
    {"wait3", not_negative, {waits(), writes(0, 4), writes(2, sizeof(rusage))}},
    {"wait4", not_negative, {waits(), writes(1, 4), writes(3, sizeof(rusage))}},
    {"waitid", zero, {waits(), writes(2, sizeof(siginfo_t))}},
    {"system", always, {waits(), reads_string(0)}},
    {"posix_spawn", zero, {reads_string(1), writes(0, 4)}},
    {"posix_spawnp", zero, {reads_string(1), writes(0, 4)}},
    {"sigemptyset", zero, {writes(0, signal_set)}},
    {"sigfillset", zero, {writes(0, signal_set)}},
    {"sigpending", zero, {writes(0, signal_set)}},
    {"sigprocmask", zero, {reads(1, signal_set), writes(2, signal_set)}},
    {"pthread_sigmask", zero, {reads(1, signal_set), writes(2, signal_set)}},
    {"sigsuspend", always, {waits(), reads(0, signal_set)}},
    {"sigwait", zero, {waits(), reads(0, signal_set), writes(1, 4)}},
    {"sigwaitinfo", not_negative, {waits(), reads(0, signal_set), writes(1, sizeof(siginfo_t))}},
    {"sigtimedwait", not_negative, {waits(), reads(0, signal_set), reads(2, sizeof(timespec)), writes(1, sizeof(siginfo_t))}},
    {"sigaltstack", zero, {reads(0, sizeof(stack_t)), writes(1, sizeof(stack_t))}},
    // threads and their attributes
    {"pthread_attr_getdetachstate", zero, {writes(1, 4)}},
    {"pthread_attr_getstacksize", zero, {writes(1, word)}},
    {"pthread_attr_getguardsize", zero, {writes(1, word)}},
    {"pthread_attr_getinheritsched", zero, {writes(1, 4)}},
    {"pthread_attr_getschedpolicy", zero, {writes(1, 4)}},
    {"pthread_attr_getschedparam", zero, {writes(1, 4)}},
    {"pthread_attr_getscope", zero, {writes(1, 4)}},
    {"pthread_attr_getstack", zero, {writes(1, word), writes(2, word)}},
    {"pthread_attr_getaffinity_np", zero, {writes_bytes(2, 1)}},
    {"pthread_mutexattr_gettype", zero, {writes(1, 4)}},
    {"pthread_mutexattr_getpshared", zero, {writes(1, 4)}},
    {"pthread_mutexattr_getprotocol", zero, {writes(1, 4)}},
    {"pthread_mutexattr_getrobust", zero, {writes(1, 4)}},
    {"pthread_mutexattr_getprioceiling", zero, {writes(1, 4)}},
    {"pthread_rwlockattr_getpshared", zero, {writes(1, 4)}},
    {"pthread_rwlockattr_getkind_np", zero, {writes(1, 4)}},
    {"pthread_condattr_getpshared", zero, {writes(1, 4)}},
    {"pthread_condattr_getclock", zero, {writes(1, 4)}},
    {"pthread_barrierattr_getpshared", zero, {writes(1, 4)}},
    {"pthread_getschedparam", zero, {writes(1, 4), writes(2, 4)}},
    {"pthread_getcpuclockid", zero, {writes(1, 4)}},
    {"pthread_setname_np", always, {reads_string(1)}},
    {"pthread_getname_np", zero, {writes_string(1)}},
    {"pthread_setcancelstate", zero, {writes(1, 4)}},
    {"pthread_setcanceltype", zero, {writes(1, 4)}},
    {"sem_getvalue", zero, {writes(1, 4)}},
    {"sem_open", always, {reads_string(0)}},
    {"sem_unlink", always, {reads_string(0)}},
    // what is kept between calls
    {"getenv", always, {looks(Hidden::environment), reads_string(0)}},
    {"secure_getenv", always, {looks(Hidden::environment), reads_string(0)}},
    {"setenv", always, {changes_locked(Hidden::environment), reads_string(0), reads_string(1)}},
    {"unsetenv", always, {changes_locked(Hidden::environment), reads_string(0)}},
    {"putenv", always, {changes_locked(Hidden::environment), reads_string(0)}},
    {"clearenv", always, {changes_locked(Hidden::environment)}},
    {"lrand48", always, {changes(Hidden::rand48)}},
    {"mrand48", always, {changes(Hidden::rand48)}},
    {"srand48", always, {changes(Hidden::rand48)}},
    {"seed48", always, {changes(Hidden::rand48), reads(0, 6)}},
    {"lcong48", always, {changes(Hidden::rand48), reads(0, 14)}},
    {"localeconv", always, {changes(Hidden::conventions)}},
    {"setpwent", always, {changes(Hidden::users)}},
    {"endpwent", always, {changes(Hidden::users)}},
    {"setgrent", always, {changes(Hidden::groups)}},
    {"endgrent", always, {changes(Hidden::groups)}},
    {"getservbyport", not_null, {changes(Hidden::services), returns(sizeof(servent))}},
    {"getservent", not_null, {changes(Hidden::services), returns(sizeof(servent))}},
    {"getlogin", not_null, {changes(Hidden::login), returns_string()}},
    {"getopt", always, {changes(Hidden::options)}},
    {"getopt_long", always, {changes(Hidden::options)}},
    {"getopt_long_only", always, {changes(Hidden::options)}},
    {"hcreate", always, {changes(Hidden::hash_table)}},
    {"hdestroy", always, {changes(Hidden::hash_table)}},
    {"l64a", always, {changes(Hidden::digits)}},
    // sorting, searching, chance
    {"qsort", always, {reads_items(0, 1), writes_items(0, 1)}},
    {"qsort_r", always, {reads_items(0, 1), writes_items(0, 1)}},
    {"lsearch", always, {reads(2, word)}},
    {"rand_r", always, {reads(0, 4), writes(0, 4)}},
    {"random_r", zero, {writes(1, 4)}},
    {"lrand48_r", zero, {writes(1, 8)}},
    {"drand48_r", zero, {writes(1, 8)}},
    {"regcomp", zero, {reads_string(1), writes(0, sizeof(regex_t))}},
    {"regexec", zero, {reads_string(1), writes_bytes(3, 2, sizeof(regmatch_t))}},
    {"regerror", always, {writes_string(2)}},
    {"regfree", always, {writes(0, sizeof(regex_t))}},
    {"backtrace", not_negative, {writes_result(0, 0, 8)}},
    {"backtrace_symbols", always, {reads_bytes(0, 1, 8)}},
};

// --- the one call ---

using Arguments = std::array<long, 6>;
using Function = long (*)(long, long, long, long, long, long);

constexpr std::size_t row_count = std::size(rows);
std::array<std::atomic<Function>, row_count> functions;

Function function_of(std::size_t i) {
    Function function = functions[i].load(std::memory_order_relaxed);
    if (!function) {
        function = reinterpret_cast<Function>(dlsym(RTLD_NEXT, rows[i].name));
        if (!function) { // of a library that only the program has loaded
            void* const program = dlopen(program::Module::loaded()->path().c_str(), RTLD_LAZY | RTLD_NOLOAD);
            function = reinterpret_cast<Function>(dlsym(program, rows[i].name));
        }
        functions[i].store(function, std::memory_order_relaxed);
    }
    return function;
}

/// Whether the result says so: of an int only its low half does.
bool succeeded(Success success, long result) {
    switch (success) {
    case Success::zero: return static_cast<int>(result) == 0;
    case Success::not_negative: return static_cast<int>(result) >= 0;
    case Success::not_null: return result != 0;
    case Success::always: break;
    }
    return true;
}

void touch(const Effect& effect, const Arguments& arguments, long result, std::uint64_t pc) {
    long address = effect.argument == result_itself ? result : arguments[static_cast<std::size_t>(effect.argument)];
    if (effect.through && address) address = *reinterpret_cast<const long*>(address);
    if (!address) return;
    const auto* const text = reinterpret_cast<const char*>(address);
    std::size_t size = 0;
    switch (effect.bytes) {
    case Bytes::fixed: size = effect.number; break;
    case Bytes::string: size = std::strlen(text) + 1; break;
    case Bytes::wide: size = (std::wcslen(reinterpret_cast<const wchar_t*>(address)) + 1) * sizeof(wchar_t); break;
    case Bytes::of_argument: size = static_cast<std::size_t>(arguments[effect.number]) * effect.each; break;
    case Bytes::of_product: size = static_cast<std::size_t>(arguments[effect.number] * arguments[effect.number + 1u]); break;
    case Bytes::of_result: size = static_cast<std::size_t>(result) * effect.each + static_cast<std::size_t>(effect.plus); break;
    case Bytes::up_to: size = result ? static_cast<std::size_t>(result - address) + 1 : std::strlen(text) + 1; break;
    case Bytes::held_length: size = *reinterpret_cast<const unsigned*>(arguments[effect.number]); break;
    }
    access_range(static_cast<std::uint64_t>(address), size, effect.does == Does::reads ? Access::read : Access::write, pc);
}

/// What is read before the call, when its length is known by then; a call may free or change it.
bool comes_before(const Effect& effect) {
    return effect.does == Does::reads && effect.bytes != Bytes::of_result && effect.bytes != Bytes::up_to;
}

std::optional<Access> hidden_access(Does does) {
    switch (does) {
    case Does::looks_hidden: return Access::read;
    case Does::changes_hidden: return Access::write;
    case Does::changes_locked: return Access::atomic_write;
    default: return std::nullopt;
    }
}

long perform(std::size_t number, const Arguments& a, std::uint64_t pc) {
    const Row& row = rows[number];
    const Function function = function_of(number);
    if (!watching()) return function(a[0], a[1], a[2], a[3], a[4], a[5]);
    bool may_wait = false;
    for (const Effect& effect : row.effects) {
        const int file = static_cast<int>(a[static_cast<std::size_t>(std::max<int>(effect.argument, 0))]);
        if (comes_before(effect)) touch(effect, a, 0, pc);
        if (effect.does == Does::uses_file || effect.does == Does::receives) file_used(file, pc);
        if (effect.does == Does::sends) file_sends(file, pc);
        may_wait |= effect.does == Does::waits;
        if (const auto kind = hidden_access(effect.does)) use_hidden(static_cast<Hidden>(effect.number), *kind, row.name, pc);
    }
    std::optional<WaitingFor> note;
    if (may_wait) {
        const Inside inside;
        drain(*me);
        note.emplace(*me, Waiting::outside, 0, 0, pc);
    }
    const long raw = function(a[0], a[1], a[2], a[3], a[4], a[5]);
    note.reset();
    if (!succeeded(row.success, raw)) return raw;
    const int saved = errno;
    const long result = row.success == Success::not_negative ? static_cast<int>(raw) : raw; // who returns an int leaves the rest undefined
    for (const Effect& effect : row.effects) {
        if ((effect.does == Does::reads || effect.does == Does::writes) && !comes_before(effect)) touch(effect, a, result, pc);
        if (effect.does == Does::receives) file_received(static_cast<int>(a[static_cast<std::size_t>(effect.argument)]));
        if (effect.does == Does::opens) file_opened(static_cast<int>(result), pc);
    }
    errno = saved;
    return raw;
}

template <std::size_t number>
long call(long a, long b, long c, long d, long e, long f) {
    return perform(number, {a, b, c, d, e, f}, HEDDLE_CALLER);
}

template <std::size_t... numbers>
std::array<Hook, row_count> all_hooks(std::index_sequence<numbers...>) {
    return {hook(rows[numbers].name, call<numbers>)...};
}

} // namespace

std::span<const Hook> libc_hooks() {
    static const auto hooks = all_hooks(std::make_index_sequence<row_count>());
    return hooks;
}

} // namespace heddle::native
