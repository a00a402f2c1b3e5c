// Where what is known about the program's memory lies. Programs use the addresses around 0x55… (themselves and their
// heap) and 0x7f… (libraries, mappings, stacks); the low 44 bits tell them apart
// (what a program maps elsewhere, at addresses of its own choice, may share its shadow with other memory). Everything is reserved without being
// touched: a page costs memory when the first access of the program's page that it describes is noted.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::native {

using Cell = std::uint64_t;

inline constexpr std::uint64_t address_bits = 44, compressed = (std::uint64_t{1} << address_bits) - 1;

/// Four cells of accesses for every 8 bytes of the program.
inline constexpr std::uint64_t shadow_base = 0x1000'0000'0000, shadow_size = std::uint64_t{4} << address_bits;
/// The first synchronisation object in every 8 bytes: an index, 0 for none.
inline constexpr std::uint64_t sync_base = 0x0100'0000'0000, sync_size = std::uint64_t{1} << (address_bits - 1);
/// The heap block that begins in these 16 bytes: an index, 0 for none.
inline constexpr std::uint64_t block_base = 0x0a00'0000'0000, block_size = std::uint64_t{1} << (address_bits - 2);
/// For every 4096 bytes of the program: what there may be in them.
inline constexpr std::uint64_t page_base = 0x0e80'0000'0000, page_size = std::uint64_t{1} << (address_bits - 12);
inline constexpr std::uint8_t page_has_sync = 1, page_has_block = 2, page_has_freed = 4;

inline Cell* cells_of(std::uint64_t address) {
    return reinterpret_cast<Cell*>(shadow_base + ((address & compressed & ~std::uint64_t{7}) << 2));
}
inline std::uint32_t* sync_index_of(std::uint64_t address) {
    return reinterpret_cast<std::uint32_t*>(sync_base + ((address & compressed & ~std::uint64_t{7}) >> 1));
}
inline std::uint32_t* block_index_of(std::uint64_t address) {
    return reinterpret_cast<std::uint32_t*>(block_base + ((address & compressed & ~std::uint64_t{15}) >> 2));
}
inline std::uint8_t* page_of(std::uint64_t address) {
    return reinterpret_cast<std::uint8_t*>(page_base + ((address & compressed) >> 12));
}
/// Memory that is reserved and costs nothing until it is used. Throws UserError when the system refuses.
void* reserve(std::size_t size, std::uint64_t at = 0, bool shared = false);
/// Reserves the four regions above. Once a process.
void reserve_shadow();
/// What is known of accesses to the range goes along to another place; the ranges may overlap.
void move_accesses(std::uint64_t from, std::uint64_t to, std::size_t size);
/// Forgets all accesses to the range; for large ones the memory goes back to the system.
void forget_accesses(std::uint64_t address, std::size_t size);

} // namespace heddle::native
