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

/// The table of functions that the loader resolves at their first call.
LoadedObject::Range table_of_calls(const dl_phdr_info& info) {
    const Elf64_Rela* entries = nullptr;
    std::size_t count = 0;
    for (int i = 0; i < info.dlpi_phnum; ++i) {
        if (info.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
        const auto* entry = reinterpret_cast<const Elf64_Dyn*>(info.dlpi_addr + info.dlpi_phdr[i].p_vaddr);
        for (; entry->d_tag != DT_NULL; ++entry) {
            const std::uint64_t value = entry->d_un.d_ptr;
            if (entry->d_tag == DT_JMPREL) entries = reinterpret_cast<const Elf64_Rela*>(value < info.dlpi_addr ? value + info.dlpi_addr : value);
            if (entry->d_tag == DT_PLTRELSZ) count = entry->d_un.d_val / sizeof *entries;
        }
    }
    if (!entries || !count) return {};
    std::uint64_t low = ~std::uint64_t{0}, high = 0;
    for (std::size_t i = 0; i < count; ++i) {
        low = std::min(low, info.dlpi_addr + entries[i].r_offset);
        high = std::max(high, info.dlpi_addr + entries[i].r_offset + sizeof(std::uint64_t));
    }
    return {low, high - low};
}

/// [start, end) without the hole, which is no larger than a table.
void add_without(const LoadedObject::Range& hole, std::uint64_t start, std::uint64_t end, std::vector<LoadedObject::Range>& out) {
    const auto add = [&](std::uint64_t from, std::uint64_t to) {
        if (from < to) out.push_back({from, to - from});
    };
    const std::uint64_t hole_end = hole.start + hole.size;
    if (hole.size == 0 || hole_end <= start || hole.start >= end) return add(start, end);
    add(start, hole.start);
    add(hole_end, end);
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
        if (header.p_type == PT_GNU_RELRO) object.constant = {start, header.p_memsz};
        if (header.p_type == PT_GNU_RELRO) constant_low = page_down(start), constant_high = page_down(start + header.p_memsz);
    }
    for (int i = 0; i < info.dlpi_phnum; ++i) {
        const auto& header = info.dlpi_phdr[i];
        if (header.p_type != PT_LOAD || !(header.p_flags & PF_W)) continue;
        std::uint64_t start = info.dlpi_addr + header.p_vaddr;
        const std::uint64_t end = start + header.p_memsz;
        if (start >= constant_low && start < constant_high) start = constant_high;
        add_without(table_of_calls(info), start, end, object.writable);
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
