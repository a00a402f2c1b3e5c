// Objects of libraries that are not instrumented: the library says when its user reads or writes one. Such an access counts
// as one of the object's first byte, made by the user.
#include <array>
#include <atomic>

#include "native/accesses.hpp"
#include "native/hook.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

/// Tags only have to differ; what they are called is not told.
std::array<char, 256> tags;
std::atomic<unsigned> next_tag{1};

void* register_tag(const char*) {
    const unsigned number = next_tag.fetch_add(1);
    return number < tags.size() ? &tags[number] : &tags[0];
}
void nothing() {}

template <Access kind>
void external(void* object, void* user, void* tag) {
    if (!tag) return;
    access(reinterpret_cast<std::uint64_t>(object), 0, kind, user ? reinterpret_cast<std::uint64_t>(user) : HEDDLE_CALLER);
}

} // namespace

std::span<const Hook> external_hooks() {
    static const Hook hooks[]{
        hook("__tsan_external_register_tag", register_tag), hook("__tsan_external_register_header", nothing),
        hook("__tsan_external_assign_tag", nothing), hook("__tsan_external_read", external<Access::read>),
        hook("__tsan_external_write", external<Access::write>),
    };
    return hooks;
}

} // namespace heddle::native
