// The order in which threads take locks while they hold others: a cycle is a deadlock that may happen another time
// (Havelund, "Using runtime analysis to guide model checking of Java programs", SPIN 2000, with the guards of Bensalem and
// Havelund, 2005). A cycle counts only when its edges come from different threads, no lock guards all of them, and
// creating and joining threads does not order them.
#pragma once

#include "native/sync.hpp"
#include "native/thread.hpp"

namespace heddle::native {

/// The thread, which holds some locks, is about to wait for this one.
void note_lock_order(Thread& thread, Sync& wanted, Place at, bool shared);
/// For the moment of a fork.
void hold_lock_orders();
void let_lock_orders_go();

} // namespace heddle::native
