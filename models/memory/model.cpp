#include "memory/model.hpp"

#include "memory/models.hpp"

namespace heddle::memory {

std::string_view name_of(Axiom axiom) {
    switch (axiom) {
    case Axiom::none: return "consistent";
    case Axiom::sequential_consistency: return "acyclic(po | rf | mo | fr)";
    case Axiom::total_store_order: return "acyclic(ppo | fence | rfe | mo | fr)";
    case Axiom::psc: return "acyclic(psc)";
    }
    return "";
}

std::unique_ptr<MemoryModel> make_model(Model model, unsigned lanes) {
    switch (model) {
    case Model::sc: return make_sc(lanes);
    case Model::tso: return make_tso(lanes);
    case Model::rc11: return make_rc11(lanes);
    }
    return nullptr;
}

} // namespace heddle::memory
