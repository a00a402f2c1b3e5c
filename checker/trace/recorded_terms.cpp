#include "trace/recorded_terms.hpp"

#include <algorithm>
#include <cstring>

namespace heddle::trace {
namespace {

void put(RecordWriter& writer, FileKind kind, Value value, std::uint32_t other = 0, std::uint32_t sequence = 0) {
    RecordedEvent record;
    record.kind = RecordedKind(kind);
    record.value = value;
    record.other = other;
    record.sequence = sequence;
    writer.put(record);
}

Value both(Word low, Word high) { return low | Value{high} << 64; }

bool is_type(std::uint32_t type) { return type >= std::uint32_t(Scalar::boolean) && type <= std::uint32_t(Scalar::u64); }

std::uint32_t number_of(Word word) { return std::uint32_t(word & ((Word{1} << expression_shift) - 1)); }

/// Of a known operator and type, over terms that are made before it.
bool is_well_formed(const RecordedTerm& term) {
    const Expression& e = term.expression;
    if (e.op == Operator::input || !is_type(std::uint32_t(e.type))) return false;
    if (e.op == Operator::constant) return true;
    if (e.op == Operator::convert && !is_type(std::uint32_t(e.b))) return false;
    if (e.op == Operator::negation && e.type != Scalar::boolean) return false;
    for (const Word operand : {e.a, e.b, e.c})
        if (is_expression(operand) && number_of(operand) >= term.number) return false;
    return true;
}

} // namespace

void put_term(RecordWriter& writer, const RecordedTerm& term) {
    const Expression& e = term.expression;
    if (e.op == Operator::select) put(writer, FileKind::operand, e.c);
    put(writer, FileKind::term, both(e.a, e.b), std::uint32_t(e.op) | std::uint32_t(e.type) << 8, term.number);
}

void put_input(RecordWriter& writer, const RecordedInput& input) {
    const std::size_t length = std::min(input.input.name.size(), longest_name);
    for (std::size_t at = 0; at < length; at += sizeof(Value)) {
        const std::size_t bytes = std::min(length - at, sizeof(Value));
        Value part = 0;
        std::memcpy(&part, input.input.name.data() + at, bytes);
        put(writer, FileKind::text, part, std::uint32_t(bytes));
    }
    put(writer, FileKind::range, both(input.input.low, input.input.high), std::uint32_t(input.input.type));
    put(writer, FileKind::number, input.value, input.input.nth, input.number);
}

bool TermReader::take(std::uint32_t thread, FileKind kind, const RecordedEvent& record) {
    Begun& begun = begun_[thread];
    const auto low = Word(record.value), high = Word(record.value >> 64);
    switch (kind) {
    case FileKind::operand: begun.operand = low; return true;
    case FileKind::text: {
        if (record.other > sizeof record.value || begun.name.size() > longest_name) return false;
        char part[sizeof record.value];
        std::memcpy(part, &record.value, sizeof part);
        begun.name.append(part, record.other);
        return true;
    }
    case FileKind::range:
        if (!is_type(record.other)) return false;
        begun.input.type = Scalar(record.other);
        begun.input.low = extend(begun.input.type, low), begun.input.high = extend(begun.input.type, high);
        return true;
    case FileKind::number: {
        RecordedInput input{record.sequence, begun.input, 0};
        if (input.input.type == Scalar::none) return false;
        input.value = extend(input.input.type, low);
        input.input.name = begun.name;
        input.input.thread = thread, input.input.nth = record.other;
        begun = {};
        return inputs_.try_emplace(input.number, input).second;
    }
    case FileKind::term: {
        RecordedTerm term{record.sequence, {}};
        if ((record.other & 0xff) > std::uint32_t(Operator::select) || record.other >> 16) return false;
        term.expression = {Operator(record.other & 0xff), Scalar(record.other >> 8), low, high, 0};
        if (term.expression.op == Operator::select) term.expression.c = begun.operand;
        begun.operand = 0;
        return is_well_formed(term) && terms_.try_emplace(term.number, term).second;
    }
    case FileKind::call: break;
    }
    return false;
}

bool TermReader::finish(Recording& recording) {
    for (auto& [number, term] : terms_) {
        if (inputs_.contains(number)) return false;
        recording.terms.push_back(term);
    }
    for (auto& [number, input] : inputs_) recording.inputs.push_back(std::move(input));
    return true;
}

} // namespace heddle::trace
