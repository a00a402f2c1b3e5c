// Other inputs of the same run (concolic execution: Godefroid, Klarlund, Sen, PLDI 2005; Sen, Marinov, Agha, FSE 2005): those
// that take every decision as it was taken, up to a check that then fails; and, as suggestions, those that take one branch the
// other way. The threads go as they went, so the questions are about the inputs alone.
#pragma once

#include <chrono>

#include "smt/prediction.hpp"

namespace heddle::smt {

/// Adds its predictions to the prognosis, and what was and was not looked at.
void predict_inputs(const History& history, const PredictionOptions& options, std::chrono::steady_clock::time_point deadline,
                    Prognosis& prognosis);

} // namespace heddle::smt
