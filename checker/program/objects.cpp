#include "program/objects.hpp"

#include <algorithm>

#include <link.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "program/module.hpp"

namespace heddle::program {
namespace {

std::uint64_t page_down(std::uint64_t address) { return address & ~(static_cast<std::uint64_t>(getpagesize()) - 1); }

using Bases = std::vector<std::uint64_t>;

Bases bases_now() {
    Bases bases;
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* data) {
            static_cast<Bases*>(data)->push_back(info->dlpi_addr);
            return 0;
        },
        &bases);
    return bases;
}

/// What was there before any program was loaded is heddle's own need.
const Bases at_start = bases_now();

LoadedObject::Kind kind_of(const LoadedObject& object) {
    const Module* module = Module::loaded();
    if (module && object.contains(module->begin())) return LoadedObject::Kind::program;
    if (object.contains(reinterpret_cast<std::uint64_t>(&loaded_objects))) return LoadedObject::Kind::heddle;
    if (object.contains(getauxval(AT_BASE))) return LoadedObject::Kind::loader;
    return std::find(at_start.begin(), at_start.end(), object.bias) != at_start.end() ? LoadedObject::Kind::system
                                                                                     : LoadedObject::Kind::brought;
}

LoadedObject object_of(const dl_phdr_info& info) {
    LoadedObject object;
    const std::string path = info.dlpi_name ? info.dlpi_name : "";
    object.name = path.substr(path.rfind('/') + 1);
    object.bias = info.dlpi_addr;
    object.low = ~std::uint64_t{0};
    std::uint64_t constant_low = 0, constant_high = 0;
    for (int i = 0; i < info.dlpi_phnum; ++i) {
        const auto& header = info.dlpi_phdr[i];
        const std::uint64_t start = info.dlpi_addr + header.p_vaddr;
        if (header.p_type == PT_LOAD) {
            object.low = std::min(object.low, start);
            object.high = std::max(object.high, start + header.p_memsz);
        }
        if (header.p_type == PT_LOAD && (header.p_flags & PF_X)) object.code.push_back({start, header.p_memsz});
        if (header.p_type == PT_TLS) object.has_thread_locals = true;
        if (header.p_type == PT_GNU_RELRO) constant_low = page_down(start), constant_high = page_down(start + header.p_memsz);
    }
    for (int i = 0; i < info.dlpi_phnum; ++i) {
        const auto& header = info.dlpi_phdr[i];
        if (header.p_type != PT_LOAD || !(header.p_flags & PF_W)) continue;
        std::uint64_t start = info.dlpi_addr + header.p_vaddr;
        const std::uint64_t end = start + header.p_memsz;
        if (start >= constant_low && start < constant_high) start = constant_high;
        if (start < end) object.writable.push_back({start, end - start});
    }
    object.kind = kind_of(object);
    return object;
}

} // namespace

const std::vector<LoadedObject>& loaded_objects(bool again) {
    static std::vector<LoadedObject> objects;
    if (!objects.empty() && !again) return objects;
    objects.clear();
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* data) {
            static_cast<std::vector<LoadedObject>*>(data)->push_back(object_of(*info));
            return 0;
        },
        &objects);
    return objects;
}

const LoadedObject* object_at(std::uint64_t address) {
    static const LoadedObject* last = nullptr; // code stays in one object for a while
    const auto& objects = loaded_objects();
    if (last >= objects.data() && last < objects.data() + objects.size() && last->contains(address)) return last;
    for (const LoadedObject& object : objects)
        if (object.contains(address)) return last = &object;
    return nullptr;
}

} // namespace heddle::program
