#include "states/circles.hpp"

#include <algorithm>

namespace heddle::states {

namespace {

/// Strongly connected components (Tarjan, SIAM J. Comput. 1972), without recursion: paths are as long as there are states.
class Components {
public:
    Components(std::size_t states, const std::vector<std::uint32_t>& first, const std::vector<StateNumber>& targets)
        : first_(first), targets_(targets), index_(states), low_(states), component_(states, none) {
        for (StateNumber s = 0; s < states; ++s)
            if (!index_[s]) visit(s);
    }
    std::uint32_t of(StateNumber s) const { return component_[s]; }
    std::uint32_t count() const { return count_; }

private:
    static constexpr std::uint32_t none = ~0u;
    struct Place {
        StateNumber state;
        std::uint32_t next;
    };

    void visit(StateNumber root) {
        path_.push_back(open(root));
        while (!path_.empty()) {
            const StateNumber s = path_.back().state;
            if (path_.back().next < first_[s + 1]) {
                const StateNumber t = targets_[path_.back().next++];
                if (!index_[t]) path_.push_back(open(t));
                else if (component_[t] == none) low_[s] = std::min(low_[s], index_[t]);
                continue;
            }
            path_.pop_back();
            if (!path_.empty()) low_[path_.back().state] = std::min(low_[path_.back().state], low_[s]);
            if (low_[s] == index_[s]) close(s);
        }
    }
    Place open(StateNumber s) {
        index_[s] = low_[s] = ++visited_;
        open_.push_back(s);
        return {s, first_[s]};
    }
    void close(StateNumber s) {
        StateNumber member;
        do {
            member = open_.back();
            open_.pop_back();
            component_[member] = count_;
        } while (member != s);
        ++count_;
    }

    const std::vector<std::uint32_t>& first_;
    const std::vector<StateNumber>& targets_;
    std::vector<std::uint32_t> index_, low_, component_;
    std::vector<StateNumber> open_;
    std::vector<Place> path_;
    std::uint32_t visited_ = 0, count_ = 0;
};

} // namespace

std::vector<Circles::Circle> Circles::fair() const {
    const std::size_t states = can_move_.size();
    std::vector<std::uint32_t> first(states + 1);
    for (const Edge& edge : edges_) ++first[edge.from + 1];
    for (std::size_t s = 0; s < states; ++s) first[s + 1] += first[s];
    std::vector<StateNumber> targets(edges_.size());
    {
        std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
        for (const Edge& edge : edges_) targets[next[edge.from]++] = edge.to;
    }
    const Components components(states, first, targets);
    struct Seen {
        Circle circle;
        Threads always = ~Threads{0};
        bool any = false;
    };
    std::vector<Seen> seen(components.count());
    for (StateNumber s = 0; s < states; ++s) {
        Seen& here = seen[components.of(s)];
        here.always &= can_move_[s];
        here.circle.state = s;
    }
    for (const Edge& edge : edges_) {
        if (components.of(edge.from) != components.of(edge.to)) {
            seen[components.of(edge.from)].circle.exits = true;
            continue;
        }
        Seen& here = seen[components.of(edge.from)];
        here.any = true;
        here.circle.by |= edge.by, here.circle.changing |= edge.changing, here.circle.leaving |= edge.leaving;
    }
    std::vector<Circle> found;
    // A part of a component is no fairer than the whole: fewer states in which somebody cannot move, fewer who do.
    for (const Seen& here : seen)
        if (here.any && !(here.always & ~here.circle.by)) found.push_back(here.circle);
    return found;
}

} // namespace heddle::states
