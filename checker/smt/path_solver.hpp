// Which inputs can take a path: whether conditions over inputs hold together, and inputs for which they do.
//
// Only those conditions are given to Z3 that have to do, directly or through others, with the inputs of the question,
// and the same question is asked once: the many executions of a program go through the same few conditions.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/expression.hpp"
#include "smt/answer.hpp"

namespace heddle::smt {

class PathSolver {
public:
    /// @param limit for each question to Z3; zero: no limit
    explicit PathSolver(std::chrono::milliseconds limit);
    ~PathSolver();
    PathSolver(const PathSolver&) = delete;

    /// Whether `also` can hold together with the conditions of the path, which are known to be possible together.
    Answer possible(std::span<const Word> path, Word also);

    /// A value for each input that the conditions mention so that all of them hold: for one input after the other one
    /// that is as near to 0 as can be. Only when the answer is `satisfiable`.
    struct Solution {
        Answer answer = Answer::unknown;
        std::vector<InputValue> values;
    };
    Solution simplest(std::span<const Word> conditions);

    /// The same for what `also` needs of the path, of which it is known that all of it can hold: inputs that have nothing to
    /// do with `also` are not mentioned, and may stay what they are.
    Solution solve(std::span<const Word> path, Word also);

    const Effort& effort() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace heddle::smt
