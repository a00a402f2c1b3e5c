// Several programs at once, each in a process of its own; what came of them is told in their order.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "process/pool.hpp"
#include "trace/report.hpp"

namespace heddle::cli {

class InOrder {
public:
    using Results = std::vector<trace::Result>;
    struct Steps {
        /// Begins program i: adds a child to the pool whose end is told by come().
        std::function<void(std::size_t i)> begin;
        /// What is said of program i that was not begun when everything was stopped.
        std::function<Results(std::size_t i)> give_up;
        std::function<void(std::size_t i, Results)> done;
    };

    InOrder(std::size_t count, const StopFlag& stop, Steps steps)
        : steps_(std::move(steps)), stop_(stop), pool_(stop), outcomes_(count) {}

    process::Pool& pool() { return pool_; }
    /// Whether what program i has to say may be told at once.
    bool is_next(std::size_t i) const { return i == told_; }
    void come(std::size_t i, Results results) { outcomes_[i] = std::move(results); }

    /// Until all are done.
    void run(unsigned jobs) {
        while (begun_ < outcomes_.size() || !pool_.empty()) {
            while (!stop_ && pool_.size() < jobs && begun_ < outcomes_.size()) steps_.begin(begun_++);
            if (stop_)
                for (; begun_ < outcomes_.size(); ++begun_) outcomes_[begun_] = steps_.give_up(begun_);
            if (!pool_.empty()) pool_.wait();
            for (; told_ < outcomes_.size() && outcomes_[told_]; ++told_) steps_.done(told_, std::move(*outcomes_[told_]));
        }
    }

private:
    Steps steps_;
    const StopFlag& stop_;
    process::Pool pool_;
    std::vector<std::optional<Results>> outcomes_;
    std::size_t begun_ = 0, told_ = 0;
};

} // namespace heddle::cli
