#include "runtime/library_memory.hpp"

#include <cstring>
#include <vector>

#include "program/objects.hpp"

namespace heddle::runtime::library_memory {

bool any = false;

namespace {

struct Variables {
    std::uint64_t start = 0;
    std::vector<std::byte> initial;
};

std::vector<Variables> libraries;

const Variables* variables_at(std::uint64_t address) {
    for (const Variables& variables : libraries)
        if (address - variables.start < variables.initial.size()) return &variables;
    return nullptr;
}

} // namespace

void remember() {
    libraries.clear();
    for (const program::LoadedObject& object : program::loaded_objects()) {
        if (object.kind != program::LoadedObject::Kind::brought) continue;
        for (const program::LoadedObject::Range& range : object.writable) {
            const auto* begin = reinterpret_cast<const std::byte*>(range.start);
            libraries.push_back({range.start, {begin, begin + range.size}});
        }
    }
    any = !libraries.empty();
}

void put_back() {
    for (const Variables& variables : libraries)
        std::memcpy(reinterpret_cast<void*>(variables.start), variables.initial.data(), variables.initial.size());
}

bool holds_among(std::uint64_t address) { return variables_at(address) != nullptr; }

std::byte at_start(std::uint64_t address) {
    const Variables& variables = *variables_at(address);
    return variables.initial[address - variables.start];
}

} // namespace heddle::runtime::library_memory
