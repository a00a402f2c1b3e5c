#include "smt/invariant_cuts.hpp"

#include <algorithm>

namespace heddle::smt {

void Projection::values_in(const Cut& cut, std::vector<Integer>& leaves) const {
    leaves = constants;
    for (std::size_t u = 0; u < chains.size(); ++u) leaves[chains[u].leaf] += chains[u].values[cut[u]];
}

void Projection::simplify() {
    // rank[u][k]: how many of the first k changes of chain u make a difference
    std::vector<Cut> rank(chains.size());
    std::vector<std::uint16_t> new_index(chains.size(), 0xffff);
    std::uint16_t left = 0;
    for (std::size_t u = 0; u < chains.size(); ++u) {
        const Chain& chain = chains[u];
        rank[u].assign(chain.values.size(), 0);
        for (std::size_t k = 1; k < chain.values.size(); ++k)
            rank[u][k] = std::uint16_t(rank[u][k - 1] + (chain.values[k] != chain.values[k - 1]));
        if (rank[u].back()) new_index[u] = left++;
        else constants[chain.leaf] += chain.values[0];
    }
    std::vector<Chain> kept;
    for (std::size_t u = 0; u < chains.size(); ++u) {
        Chain& chain = chains[u];
        if (new_index[u] == 0xffff) continue;
        Chain out;
        out.leaf = chain.leaf;
        out.values.push_back(chain.values[0]);
        out.needs.emplace_back();
        out.origins.push_back(0);
        for (std::size_t k = 1; k < chain.values.size(); ++k) {
            if (chain.values[k] == chain.values[k - 1]) continue;
            Cut needs(left);
            for (std::size_t v = 0; v < chains.size(); ++v)
                if (new_index[v] != 0xffff) needs[new_index[v]] = rank[v][chain.needs[k][v]];
            out.values.push_back(chain.values[k]);
            out.needs.push_back(std::move(needs));
            out.origins.push_back(chain.origins[k]);
        }
        kept.push_back(std::move(out));
    }
    std::vector<std::uint32_t> new_order;
    Cut met(chains.size());
    for (const std::uint32_t u : order) {
        const std::uint16_t k = ++met[u];
        if (rank[u][k] != rank[u][k - 1]) new_order.push_back(new_index[u]);
    }
    order = std::move(new_order);
    chains = std::move(kept);
}

std::string Projection::key() const {
    std::string key;
    const auto number = [&](Integer value) { key.append(reinterpret_cast<const char*>(&value), sizeof value); };
    const auto small = [&](std::uint32_t value) { key.append(reinterpret_cast<const char*>(&value), 2); };
    for (const Integer constant : constants) number(constant);
    for (const Chain& chain : chains) {
        small(chain.leaf);
        small(std::uint32_t(chain.values.size()));
        for (const Integer value : chain.values) number(value);
        for (std::size_t k = 1; k < chain.needs.size(); ++k)
            for (const std::uint16_t need : chain.needs[k]) small(need);
    }
    return key;
}

Answered walk(const Projection& projection, const Formula& condition) {
    std::vector<Integer> leaves;
    Cut cut = projection.least();
    Cut met = cut;
    for (std::size_t i = 0;; ++i) {
        projection.values_in(cut, leaves);
        const auto value = condition.evaluate(leaves);
        if (!value) return {Finding::undecided, {}, too_large};
        if (!*value) return {Finding::violated, cut, ""};
        if (i == projection.order.size()) return {};
        const std::uint32_t u = projection.order[i];
        const Cut& needs = projection.chains[u].needs[++met[u]];
        for (std::size_t v = 0; v < cut.size(); ++v) cut[v] = std::max(cut[v], needs[v]);
    }
}

namespace {

/// Branch and bound over the cuts between two: a box of cuts is the cuts between `low` and `high`, both of which are cuts.
class Search {
public:
    Search(const Projection& projection, const Formula& condition, std::uint32_t budget)
        : projection_(projection), condition_(condition), budget_(budget) {}

    Answered run() {
        const Finding finding = look(projection_.least(), most());
        return {finding, std::move(found_), why_};
    }

    Cut cheapest(Cut known, const std::function<std::size_t(const Cut&)>& cost) {
        found_ = std::move(known);
        least_cost_ = cost(found_);
        look_for_cheaper(projection_.least(), most(), cost);
        return found_;
    }

private:
    Cut most() const {
        Cut high;
        for (const Chain& chain : projection_.chains) high.push_back(std::uint16_t(chain.changes()));
        return high;
    }

    void look_for_cheaper(const Cut& low, const Cut& high, const std::function<std::size_t(const Cut&)>& cost) {
        if (budget_ == 0 || --budget_ == 0) return;
        const std::size_t cost_of_low = cost(low);
        if (cost_of_low >= least_cost_) return;
        std::vector<Integer> leaves;
        projection_.values_in(low, leaves);
        const auto value = condition_.evaluate(leaves);
        if (value && !*value) {
            found_ = low, least_cost_ = cost_of_low;
            return;
        }
        std::size_t widest = 0;
        const auto bounds = bounds_between(low, high, widest);
        if (low.empty() || low[widest] == high[widest] || !bounds || bounds->low > 0 || bounds->high < 0) return;
        const auto [below, above] = halves(low, high, widest);
        look_for_cheaper(low, below, cost);
        look_for_cheaper(above, high, cost);
    }

    /// Of the condition, in the cuts between the two; and the chain that they leave most room to.
    std::optional<Interval> bounds_between(const Cut& low, const Cut& high, std::size_t& widest) const {
        std::vector<Interval> leaves;
        for (const Integer constant : projection_.constants) leaves.push_back({constant, constant});
        for (std::size_t u = 0; u < low.size(); ++u) {
            const auto& values = projection_.chains[u].values;
            const auto [least, most] = std::minmax_element(values.begin() + low[u], values.begin() + high[u] + 1);
            leaves[projection_.chains[u].leaf].low += *least;
            leaves[projection_.chains[u].leaf].high += *most;
            if (high[u] - low[u] > high[widest] - low[widest]) widest = u;
        }
        return condition_.bounds(leaves);
    }

    Finding look(const Cut& low, const Cut& high) {
        if (budget_-- == 0) {
            why_ = "";
            budget_ = 0;
            return Finding::undecided;
        }
        std::size_t widest = 0;
        const auto bounds = bounds_between(low, high, widest);
        if (!bounds) {
            why_ = too_large;
            return Finding::undecided;
        }
        if (bounds->low > 0 || bounds->high < 0) return Finding::holds;
        if (bounds->low == 0 && bounds->high == 0) {
            found_ = low;
            return Finding::violated;
        }
        if (low.empty() || low[widest] == high[widest]) { // one state, and the bounds are no tighter than its value
            std::vector<Integer> values;
            projection_.values_in(low, values);
            const auto value = condition_.evaluate(values);
            if (value && !*value) found_ = low;
            if (!value) why_ = too_large;
            return !value ? Finding::undecided : *value ? Finding::holds : Finding::violated;
        }
        const auto [below, above] = halves(low, high, widest);
        const Finding first = look(low, below);
        if (first == Finding::violated || (first == Finding::undecided && *why_)) return first;
        const Finding second = look(above, high);
        return second == Finding::holds ? first : second;
    }

    /// The largest cut with at most half of the changes of chain u that are open, and the smallest with more.
    std::pair<Cut, Cut> halves(const Cut& low, const Cut& high, std::size_t u) const {
        const auto middle = std::uint16_t((low[u] + high[u]) / 2);
        Cut below = high;
        for (std::size_t v = 0; v < below.size(); ++v)
            while (below[v] > low[v] && projection_.chains[v].needs[below[v]][u] > middle) --below[v];
        Cut above = low;
        const Cut& needs = projection_.chains[u].needs[middle + 1];
        for (std::size_t v = 0; v < above.size(); ++v) above[v] = std::max(above[v], needs[v]);
        return {std::move(below), std::move(above)};
    }

    const Projection& projection_;
    const Formula& condition_;
    std::uint32_t budget_;
    Cut found_;
    std::size_t least_cost_ = 0;
    const char* why_ = "";
};

} // namespace

Answered search(const Projection& projection, const Formula& condition, std::uint32_t budget) {
    return Search(projection, condition, budget).run();
}

Cut cheapest(const Projection& projection, const Formula& condition, Cut cut,
             const std::function<std::size_t(const Cut&)>& cost, std::uint32_t budget) {
    return Search(projection, condition, budget).cheapest(std::move(cut), cost);
}

Cut shrunk(const Projection& projection, const Formula& condition, Cut cut) {
    std::vector<Integer> leaves;
    for (bool smaller = true; smaller;) {
        smaller = false;
        for (std::size_t u = 0; u < cut.size() && !smaller; ++u) {
            if (cut[u] == 0) continue;
            Cut less = cut;
            for (std::size_t v = 0; v < cut.size(); ++v)
                while (less[v] > 0 && projection.chains[v].needs[less[v]][u] >= cut[u]) --less[v];
            projection.values_in(less, leaves);
            const auto value = condition.evaluate(leaves);
            if (value && !*value) cut = std::move(less), smaller = true;
        }
    }
    return cut;
}

} // namespace heddle::smt
