// The bugs that almost happened: from one recorded run the races and lock cycles of the orders in which the same run could
// have gone, each with such an order. A pair of places that share memory is asked about a few times and then left alone;
// the recording is looked at in overlapping windows, and what no window holds is counted, not hidden.
//
// `certain` predictions are feasible in the maximal causal model (smt/reordering.hpp): every thread sees just what it saw, up
// to the point. Suggestions let the threads involved see other values on the way; whether they then still get there only
// running them can tell (guide/confirm.hpp).
#pragma once

#include <vector>

#include "smt/prediction.hpp"

namespace heddle::smt {

Prognosis predict(const History& history, const PredictionOptions& options);

/// The whole schedule of the prediction, from the beginning.
std::vector<Reference> whole_schedule(const History& history, const Prediction& prediction);

} // namespace heddle::smt
