// C++ memory orders, numbered as the compilers pass them to the instrumentation's hooks.
#pragma once

#include <cstdint>
#include <string_view>

namespace heddle {

enum class MemoryOrder : std::uint8_t { relaxed, consume, acquire, release, acq_rel, seq_cst };

constexpr bool is_acquire(MemoryOrder o) {
    return o == MemoryOrder::consume || o == MemoryOrder::acquire || o == MemoryOrder::acq_rel ||
           o == MemoryOrder::seq_cst;
}
constexpr bool is_release(MemoryOrder o) {
    return o == MemoryOrder::release || o == MemoryOrder::acq_rel || o == MemoryOrder::seq_cst;
}
constexpr bool is_seq_cst(MemoryOrder o) { return o == MemoryOrder::seq_cst; }

constexpr std::string_view name_of(MemoryOrder o) {
    constexpr std::string_view names[]{"relaxed", "consume", "acquire", "release", "acq_rel", "seq_cst"};
    return names[static_cast<std::size_t>(o)];
}

} // namespace heddle
