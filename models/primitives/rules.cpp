// Hands the rules of all primitives to the engine, which includes none of them.
#include "primitives/list.hpp"

namespace heddle::primitives {
namespace {

execution::RuleTable all() {
    execution::RuleTable table{};
    for (AddRules* const add : list) add(table);
    return table;
}

const execution::RuleTable table = all();
[[maybe_unused]] const bool handed_in = (execution::rule_table = &table);

} // namespace
} // namespace heddle::primitives
