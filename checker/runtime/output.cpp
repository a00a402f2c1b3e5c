#include "runtime/output.hpp"

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <sstream>
#include <streambuf>

#include "runtime/fiber.hpp"

namespace heddle::runtime {
namespace {

constexpr std::size_t capacity = 1 << 20;
char* kept = nullptr;
std::size_t kept_size = 0;

/// Stands between a standard stream and where it wrote before: what the program prints is kept, all else passes.
class CapturingBuffer final : public std::streambuf {
public:
    explicit CapturingBuffer(std::streambuf* behind) : behind_(behind) {}

protected:
    int_type overflow(int_type c) override {
        if (!in_program) return behind_->sputc(static_cast<char>(c));
        const char text = static_cast<char>(c);
        capture_output(&text, 1);
        return c;
    }
    std::streamsize xsputn(const char* text, std::streamsize size) override {
        if (!in_program) return behind_->sputn(text, size);
        capture_output(text, static_cast<std::size_t>(size));
        return size;
    }
    int sync() override { return in_program ? 0 : behind_->pubsync(); }

private:
    std::streambuf* behind_;
};

/// Formatting allocates caches in the locale when first used; were the program the first, they would lie in its heap,
/// which is cleared between runs.
void fill_locale_caches() {
    std::stringstream stream;
    stream << 1 << ' ' << 1.5 << true << static_cast<void*>(&stream) << std::hex << 2u << 3ll << std::endl;
    int i = 0;
    double d = 0;
    stream >> i >> d;
    std::wstringstream wide;
    wide << 1 << L' ' << 1.5 << true << std::endl;
    std::cout << std::flush;
}

} // namespace

void capture_output(const char* text, std::size_t size) {
    if (!kept) kept = static_cast<char*>(std::malloc(capacity));
    if (!kept) return;
    if (size > capacity - kept_size) size = capacity - kept_size;
    std::memcpy(kept + kept_size, text, size);
    kept_size += size;
}

std::string_view captured_output() { return {kept, kept_size}; }
void clear_output() { kept_size = 0; }

void capture_streams() {
    static bool done = false;
    if (done) return;
    done = true;
    fill_locale_caches();
    for (std::ostream* stream : {&std::cout, &std::cerr, &std::clog})
        stream->rdbuf(new CapturingBuffer(stream->rdbuf())); // for the life of the process: streams are used at exit
}

} // namespace heddle::runtime
