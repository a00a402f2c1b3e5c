// Prediction of other inputs against the slow and obvious: random programs over a few small inputs, whose conditions plain
// C++ arithmetic computes for every value. Z3 must find inputs exactly where there are some, and they must do what it says.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

#include "core/verdict.hpp"
#include "smt/predict.hpp"
#include "smt/recorded_conditions.hpp"
#include "trace/recorded_terms.hpp"
#include "trace/recording_file.hpp"

namespace fs = std::filesystem;
using namespace heddle;
using namespace heddle::smt;
using trace::RecordedInput, trace::RecordedTerm;

namespace {

Word word(std::uint32_t number) { return expression_tag << expression_shift | number; }

/// `act(T{})` with the C++ type of that name.
template <typename Act>
Word with_type(Scalar type, Act act) {
    switch (type) {
    case Scalar::boolean: return act(bool{});
    case Scalar::i8: return act(std::int8_t{});
    case Scalar::u8: return act(std::uint8_t{});
    case Scalar::i16: return act(std::int16_t{});
    case Scalar::u16: return act(std::uint16_t{});
    case Scalar::i32: return act(std::int32_t{});
    case Scalar::u32: return act(std::uint32_t{});
    case Scalar::i64: return act(std::int64_t{});
    default: return act(std::uint64_t{});
    }
}

template <typename T>
Word word_of(T value) {
    return std::is_signed_v<T> ? Word(std::int64_t(value)) : Word(value);
}

/// As C++ has it on that type, wrapping around. The divisor is not zero.
Word plain(Operator op, Scalar type, Word a, Word b, Word c) {
    if (op == Operator::select) return a ? b : c;
    return with_type(type, [&]<typename T>(T) -> Word {
        const T x = static_cast<T>(a), y = static_cast<T>(b);
        if constexpr (std::is_same_v<T, bool>) {
            switch (op) {
            case Operator::bit_and: return x && y;
            case Operator::bit_or: return x || y;
            case Operator::bit_xor: return x != y;
            case Operator::negation: return !x;
            case Operator::equal: return x == y;
            default: return a != 0; // convert
            }
        } else {
            using U = std::make_unsigned_t<T>;
            constexpr unsigned width = sizeof(T) * 8;
            const bool overflows = std::is_signed_v<T> && y == static_cast<T>(-1);
            switch (op) {
            case Operator::add: return word_of(static_cast<T>(a + b));
            case Operator::subtract: return word_of(static_cast<T>(a - b));
            case Operator::multiply: return word_of(static_cast<T>(a * b));
            case Operator::divide: return word_of(overflows ? static_cast<T>(Word{0} - a) : static_cast<T>(x / y));
            case Operator::remainder: return word_of(overflows ? T{0} : static_cast<T>(x % y));
            case Operator::bit_and: return word_of(static_cast<T>(x & y));
            case Operator::bit_or: return word_of(static_cast<T>(x | y));
            case Operator::bit_xor: return word_of(static_cast<T>(x ^ y));
            case Operator::shift_left: return word_of(static_cast<T>(static_cast<U>(Word{static_cast<U>(x)} << (b % width))));
            case Operator::shift_right: return word_of(static_cast<T>(x >> (b % width)));
            case Operator::equal: return x == y;
            case Operator::less: return x < y;
            default: return word_of(static_cast<T>(a)); // convert
            }
        }
    });
}

/// A program without loops: terms, then conditions on some of them, in the order in which two threads come to them.
class Program {
public:
    explicit Program(unsigned seed) : random_(seed) {
        const int inputs = 1 + pick(2);
        for (int i = 0; i < inputs; ++i) {
            const Scalar type = pick(6) ? type_of_number() : Scalar::boolean;
            const std::int64_t low = type == Scalar::boolean ? 0 : is_signed(type) ? pick(20) - 10 : pick(200);
            const std::int64_t high = type == Scalar::boolean ? 1 : low + pick(12);
            inputs_.push_back({std::uint32_t(i), {"i" + std::to_string(seed), type, Word(low), Word(high), std::uint32_t(pick(2)), std::uint32_t(i)}, 0});
            types_.push_back(type);
        }
        for (int i = 0; i < 8; ++i) make_number();
        for (int i = 0; i < 5; ++i) make_condition();
        const std::vector<Word> values = some_inputs();
        for (std::size_t i = 0; i < inputs_.size(); ++i) inputs_[i].value = values[i];
    }

    struct Decision {
        trace::RecordedKind kind;
        std::uint32_t term;
        std::uint32_t thread;
    };
    const std::vector<Decision>& decisions() const { return decisions_; }
    const std::vector<RecordedInput>& inputs() const { return inputs_; }

    /// How each decision goes, with these inputs.
    std::vector<bool> run(const std::vector<Word>& inputs) const {
        const std::vector<Word> values = values_of(inputs);
        std::vector<bool> went;
        for (const Decision& d : decisions_) went.push_back(values[d.term] != 0);
        return went;
    }

    /// Of all terms, by number.
    std::vector<Word> values_of(std::vector<Word> values) const {
        const auto value = [&](Word operand) { return is_expression(operand) ? values[operand & 0xffffff] : operand; };
        for (const RecordedTerm& term : terms_) {
            const Expression& e = term.expression;
            const bool converts = e.op == Operator::convert;
            values.push_back(plain(e.op, e.type, value(e.a), converts ? 0 : value(e.b), value(e.c)));
        }
        return values;
    }

    std::vector<Word> recorded_inputs() const {
        std::vector<Word> values;
        for (const RecordedInput& input : inputs_) values.push_back(input.value);
        return values;
    }

    void for_all_inputs(const std::function<void(const std::vector<Word>&)>& act) const {
        std::vector<Word> values;
        enumerate(values, act);
    }

    /// What a run with the recorded inputs leaves; it ends at the first assumption or check that does not hold.
    Recording record() {
        Recording recording;
        recording.inputs = inputs_, recording.terms = terms_;
        recording.threads.resize(2);
        std::uint32_t time = 0;
        const auto put = [&](std::uint32_t thread, trace::RecordedKind kind, Value value = 0, std::uint32_t other = 0, std::uint64_t pc = 0) {
            RecordedEvent e;
            e.kind = kind, e.value = value, e.other = other, e.pc = pc, e.time = ++time;
            if (kind == RecordedKind::ensure) e.size = std::uint8_t(Verdict::assertion);
            recording.threads[thread].events.push_back(e);
        };
        put(0, RecordedKind::start);
        put(0, RecordedKind::create, 0, 1);
        put(1, RecordedKind::start);
        const std::vector<bool> went = run(recorded_inputs());
        for (std::uint32_t i = 0; i < decisions_.size(); ++i) {
            put(decisions_[i].thread, decisions_[i].kind, went[i], decisions_[i].term + 1, first_pc + i);
            if (went[i] || decisions_[i].kind == RecordedKind::branch) continue;
            decisions_.resize(i + 1);
            return recording;
        }
        put(1, RecordedKind::end);
        put(0, RecordedKind::end);
        return recording;
    }

    static constexpr std::uint64_t first_pc = 0x100;

private:
    int pick(int n) { return int(random_() % unsigned(n)); }

    std::vector<Word> some_inputs() {
        std::vector<Word> values;
        for (const RecordedInput& input : inputs_) values.push_back(input.input.low + random_() % (input.input.high - input.input.low + 1));
        return values;
    }

    /// Mostly one that is there already: an input that goes through many types has nothing left to say.
    Scalar type_of_number() {
        const Scalar known = types_.empty() ? Scalar::none : types_[std::size_t(pick(int(types_.size())))];
        return known != Scalar::none && known != Scalar::boolean && pick(4) ? known : Scalar(2 + pick(8));
    }

    void enumerate(std::vector<Word>& values, const std::function<void(const std::vector<Word>&)>& act) const {
        if (values.size() == inputs_.size()) return act(values);
        const Input& input = inputs_[values.size()].input;
        for (Word v = input.low;; ++v) {
            values.push_back(v);
            enumerate(values, act);
            values.pop_back();
            if (v == input.high) return;
        }
    }

    std::uint32_t add(Operator op, Scalar type, Word a, Word b = 0, Word c = 0) {
        const auto number = std::uint32_t(types_.size());
        terms_.push_back({number, {op, type, a, b, c}});
        types_.push_back(result_of(terms_.back().expression));
        return number;
    }

    /// A term there is, converted when it is not of the type; or a constant.
    Word operand(Scalar type) {
        if (pick(3) == 0) return extend(type, Word(pick(8) ? pick(20) - 5 : int(random_())));
        auto number = std::uint32_t(pick(int(types_.size())));
        for (int i = 0; i < 4 && types_[number] != type; ++i) number = std::uint32_t(pick(int(types_.size())));
        return types_[number] == type ? word(number) : word(add(Operator::convert, type, word(number), Word(types_[number])));
    }

    std::uint32_t make_number() {
        static constexpr Operator operators[]{Operator::add,     Operator::add,     Operator::subtract, Operator::multiply,
                                              Operator::divide,  Operator::remainder, Operator::bit_and, Operator::bit_or,
                                              Operator::bit_xor, Operator::shift_left, Operator::shift_right, Operator::select};
        const Scalar type = type_of_number();
        const Operator op = operators[pick(int(std::size(operators)))];
        const Word a = operand(type);
        Word b = operand(type);
        if (op == Operator::select) return add(op, type, word(make_condition_term()), a, b);
        if (op == Operator::divide || op == Operator::remainder) b = is_expression(b) ? word(add(Operator::bit_or, type, b, 1)) : b | 1;
        return add(op, type, a, extend_constant(type, b));
    }
    static Word extend_constant(Scalar type, Word w) { return is_expression(w) ? w : extend(type, w); }

    std::uint32_t make_condition_term() {
        if (pick(5) == 0) return add(Operator::bit_or, Scalar::boolean, operand(Scalar::boolean), operand(Scalar::boolean));
        // Of a term and a value that it can have, more often than of any two.
        const auto known = std::uint32_t(pick(int(types_.size())));
        const bool meets = types_[known] != Scalar::boolean && pick(3);
        const Scalar type = meets ? types_[known] : type_of_number();
        const Word a = meets ? word(known) : operand(type), b = meets ? values_of(some_inputs())[known] : operand(type);
        const std::uint32_t term = add(pick(2) ? Operator::less : Operator::equal, type, a, b);
        return pick(3) ? term : add(Operator::negation, Scalar::boolean, word(term));
    }

    void make_condition() {
        static constexpr RecordedKind kinds[]{RecordedKind::branch, RecordedKind::branch, RecordedKind::assume, RecordedKind::ensure,
                                              RecordedKind::ensure};
        decisions_.push_back({kinds[pick(5)], make_condition_term(), std::uint32_t(pick(2))});
    }

    std::mt19937 random_;
    std::vector<RecordedInput> inputs_;
    std::vector<RecordedTerm> terms_;
    std::vector<Scalar> types_; ///< of inputs and terms, by number
    std::vector<Decision> decisions_;
};

/// The prediction that turns the decision, if there is one.
const Prediction* turning(const Prognosis& prognosis, const Recording& recording, std::size_t decision) {
    for (const Prediction& p : prognosis.predictions)
        if (recording.threads[p.events[0].thread].events[p.events[0].index].pc == Program::first_pc + decision) return &p;
    return nullptr;
}

bool same(const RecordedTerm& a, const RecordedTerm& b) { return a.number == b.number && a.expression == b.expression; }

struct Temporary {
    fs::path path = fs::temp_directory_path() / ("heddle-terms-" + std::to_string(::getpid()));
    ~Temporary() { fs::remove(path); }
};

} // namespace

TEST_CASE("other inputs are predicted exactly where there are some", "[prediction]") {
    unsigned possible = 0, asked = 0, unanswered = 0;
    for (unsigned seed = 1; seed <= 700; ++seed) {
        INFO("seed " << seed);
        Program program(seed);
        const Recording recording = program.record();
        const Prognosis prognosis = predict(History(recording), {});
        unanswered += prognosis.conditions_given_up > 0;
        if (prognosis.conditions_given_up) continue;
        const std::vector<Word> recorded = program.recorded_inputs();
        const std::vector<bool> went = program.run(recorded);
        std::vector<bool> can_turn(program.decisions().size(), false);
        program.for_all_inputs([&](const std::vector<Word>& inputs) {
            const std::vector<bool> other = program.run(inputs);
            for (std::size_t i = 0; i < can_turn.size(); ++i)
                if (other[i] != went[i]) {
                    can_turn[i] = true;
                    return;
                }
        });
        CHECK(prognosis.conditions == can_turn.size());
        for (std::size_t i = 0; i < can_turn.size(); ++i) {
            INFO("decision " << i);
            const bool check = program.decisions()[i].kind == RecordedKind::ensure;
            const Prediction* const found = turning(prognosis, recording, i);
            const bool in_the_run = check && !went[i]; // then there is nothing to predict
            REQUIRE((found != nullptr) == (can_turn[i] && !in_the_run));
            ++asked, possible += found != nullptr;
            if (!found) continue;
            CHECK(found->kind == (check ? PredictedKind::other_input : PredictedKind::other_branch));
            CHECK(found->certain == check);
            std::vector<Word> inputs = recorded;
            for (const InputValue& other : found->inputs) {
                const RecordedInput& input = recording.inputs[other.input.nth];
                REQUIRE(input.input == other.input);
                inputs[other.input.nth] = other.value;
            }
            const std::vector<bool> other = program.run(inputs);
            for (std::size_t before = 0; before < i; ++before) CHECK(other[before] == went[before]);
            CHECK(other[i] != went[i]);
        }
    }
    std::printf("%u decisions, %u of them can go the other way; %u programs left to Z3's limit\n", asked, possible, unanswered);
    CHECK(possible > 300);
    CHECK(asked - possible > 300);
    CHECK(unanswered < 8);
}

TEST_CASE("after a term that is not there nothing is certain", "[prediction]") {
    Recording recording;
    recording.inputs.push_back({0, {"lost", Scalar::i32, Word(-5), 5, 0, 0}, 1});
    recording.terms.push_back({2, {Operator::less, Scalar::i32, word(0), 3, 0}});
    recording.threads.resize(1);
    const auto put = [&](RecordedKind kind, std::uint32_t term, Value value) {
        RecordedEvent e;
        e.kind = kind, e.other = term, e.value = value, e.pc = recording.threads[0].events.size();
        recording.threads[0].events.push_back(e);
    };
    put(RecordedKind::start, 0, 0);
    put(RecordedKind::ensure, 3, 1);
    put(RecordedKind::branch, 2, 1); // of term 1, which is not there
    put(RecordedKind::ensure, 3, 1);
    put(RecordedKind::cut, 0, 7);
    const RecordedConditions conditions = conditions_of(History(recording));
    REQUIRE(conditions.conditions.size() == 2);
    CHECK(conditions.conditions[0].certain);
    CHECK_FALSE(conditions.conditions[1].certain);
    CHECK(conditions.lost == 1);
    CHECK(conditions.cut == 7);
    const Prognosis prognosis = predict(History(recording), {});
    REQUIRE(prognosis.predictions.size() == 1); // at the second the first has held
    CHECK(prognosis.predictions[0].certain);
    CHECK(prognosis.predictions[0].inputs.at(0).value == 3);
    CHECK(prognosis.conditions_lost == 1);
    CHECK(prognosis.cut_terms == 7);
}

TEST_CASE("terms and inputs are read from a recording as they were put", "[recording]") {
    const Temporary file;
    Program program(17);
    Recording wanted = program.record();
    wanted.inputs[0].input.name = std::string(40, 'n') + "\"\n";
    {
        trace::RecordingFile made = trace::RecordingFile::create(file.path, 1 << 20, {});
        trace::RecordWriter writers[]{made.writer(0), made.writer(1)};
        for (std::uint32_t t = 0; t < 2; ++t) writers[t].put(wanted.threads[t].events.front());
        for (const RecordedInput& input : wanted.inputs) trace::put_input(writers[input.input.thread], input);
        for (const RecordedTerm& term : wanted.terms) trace::put_term(writers[term.number % 2], term);
        made.finish(true);
    }
    const Recording got = trace::read_recording(file.path);
    REQUIRE(got.inputs.size() == wanted.inputs.size());
    for (std::size_t i = 0; i < got.inputs.size(); ++i) {
        CHECK(got.inputs[i].number == wanted.inputs[i].number);
        CHECK(got.inputs[i].input == wanted.inputs[i].input);
        CHECK(got.inputs[i].value == wanted.inputs[i].value);
    }
    REQUIRE(got.terms.size() == wanted.terms.size());
    for (std::size_t i = 0; i < got.terms.size(); ++i) CHECK(same(got.terms[i], wanted.terms[i]));
    CHECK(got.threads[0].events.size() == 1);
}
