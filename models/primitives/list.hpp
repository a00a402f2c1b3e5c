// The primitives whose operations have rules, a row each: the function by which NAME/rules.cpp puts them into the table. (Primitives
// that are made of atomic operations, as the semaphore is, need none.)
#pragma once

#include "execution/execution.hpp"
#include "execution/rules.hpp"

namespace heddle::primitives {

using AddRules = void(execution::RuleTable&);

AddRules mutex_rules, rwlock_rules, condition_rules, barrier_rules, thread_rules;

inline constexpr AddRules* list[]{
    mutex_rules,
    rwlock_rules,
    condition_rules,
    barrier_rules,
    thread_rules,
};

} // namespace heddle::primitives
