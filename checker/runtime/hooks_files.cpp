// Files are there to be read only. What is written, removed or renamed in one execution would be found so by all others, and
// by whoever owns the file; so it is refused, by the name of the function and with the caller's line (see also the list
// `unsupported` in import_table.cpp). /dev/null takes everything.

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/hooks.hpp"
#include "runtime/output.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace {

constexpr std::string_view nowhere = "/dev/null";

[[noreturn]] void refuse(const char* function, const char* path, std::uint64_t pc) {
    fail(Verdict::unsupported, pc, "%s opens the file %s to write to it, which would outlast the execution: not modelled",
         function, path);
}

bool writes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC | O_APPEND); }

int open_for_reading(const char* function, int folder, const char* path, int flags, std::uint64_t pc) {
    if (path && writes(flags) && path != nowhere) refuse(function, path, pc);
    if (listening) listening->opaque_call(function);
    const int descriptor = ::openat(folder, path, flags & ~(O_CREAT | O_TRUNC));
    if (on_fiber()) current().error_number = errno;
    return descriptor;
}

std::FILE* open_stream_for_reading(const char* function, const char* path, const char* mode, std::uint64_t pc) {
    if (path && mode && std::strpbrk(mode, "wa+") && path != nowhere) refuse(function, path, pc);
    if (listening) listening->opaque_call(function);
    std::FILE* file = std::fopen(path, mode);
    if (on_fiber()) current().error_number = errno;
    return file;
}

} // namespace

extern "C" {

int heddle_open(const char* path, int flags, ...) { return open_for_reading("open", AT_FDCWD, path, flags, HEDDLE_PC); }
int heddle_openat(int folder, const char* path, int flags, ...) {
    return open_for_reading("openat", folder, path, flags, HEDDLE_PC);
}
std::FILE* heddle_fopen(const char* path, const char* mode) {
    return open_stream_for_reading("fopen", path, mode, HEDDLE_PC);
}

ssize_t heddle_write(int descriptor, const void* data, std::size_t size) {
    plain_read(data, size, HEDDLE_PC);
    if (descriptor == 1 || descriptor == 2) {
        capture_output(static_cast<const char*>(data), size);
        return static_cast<ssize_t>(size);
    }
    // No other descriptor can have been opened for writing, but for /dev/null; it may be one of heddle's own.
    struct stat info {};
    if (::fstat(descriptor, &info) == 0 && S_ISCHR(info.st_mode)) return static_cast<ssize_t>(size);
    fail(Verdict::unsupported, HEDDLE_PC, "write to descriptor %d is not modelled", descriptor);
}

} // extern "C"
