#include "memory/list.hpp"

namespace heddle::memory {

// Each in the file of its name.
std::unique_ptr<MemoryModel> make_sc(unsigned lanes);
std::unique_ptr<MemoryModel> make_tso(unsigned lanes);
std::unique_ptr<MemoryModel> make_rc11(unsigned lanes);

namespace {

/// In the order of Model.
constexpr Traits rows[]{
    {Model::sc, make_sc, "", false},
    {Model::tso, make_tso,
     "Stale: under tso a write waits in its thread's store buffer, and others read the older value until it is drained; "
     "a seq_cst store, a locked read-modify-write or a seq_cst fence drains it.",
     false},
    {Model::rc11, make_rc11,
     "Stale: under rc11 a thread may still read an older value as long as nothing it has synchronised with "
     "is newer; other threads' writes reach it only through acquire and release, locks, or fences.",
     true},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(rows); ++i)
        if (std::size_t(rows[i].model) != i) return false;
    return true;
}
static_assert(in_order());

} // namespace

const Traits& traits_of(Model model) { return rows[std::size_t(model)]; }

std::string_view name_of(Axiom axiom) {
    switch (axiom) {
    case Axiom::none: return "consistent";
    case Axiom::sequential_consistency: return "acyclic(po | rf | mo | fr)";
    case Axiom::total_store_order: return "acyclic(ppo | fence | rfe | mo | fr)";
    case Axiom::psc: return "acyclic(psc)";
    }
    return "";
}

} // namespace heddle::memory
