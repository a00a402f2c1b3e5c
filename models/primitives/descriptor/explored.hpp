// Pipes and eventfds: what has to be done between two runs.
#pragma once

namespace heddle::primitives {

/// The numbers that the last run has given to descriptors are free again.
void forget_descriptors();

} // namespace heddle::primitives
