// How room is shared out: every thread's column is as wide as its own longest step as long as all fit beside the source;
// else the wide ones share equally what the narrow ones leave, and a step may run on into the columns at its right,
// which are empty on its line but for the threads' lifelines. Only what does not fit even then is broken into lines.
#include "report/columns.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/source_text.hpp"
#include "report/paint.hpp"
#include "report/printable_trace.hpp"
#include "report/shown_path.hpp"
#include "report/step_text.hpp"
#include "report/phrase.hpp"
#include "trace/folding.hpp"
#include "trace/links.hpp"

namespace heddle::report {
namespace {

constexpr int most_columns = 6;
constexpr int narrowest_step = 26; ///< a step gets at least so much room before it is broken

struct Column {
    int thread = 0;
    std::size_t first = 0, last = 0; ///< steps between which its lifeline is drawn
    int offset = 0, width = 0;
};

class Diagram {
public:
    Diagram(const trace::Trace& trace, const TextStyle& style)
        : trace_(trace), paint_(style.colour), width_(std::max(style.width, 60)),
          gutter_(static_cast<int>(std::to_string(trace.steps.size()).size()) + 4) {
        marked_ = trace::marked_steps(trace_);
        if (!style.unfolded) folds_ = trace::folds_of(trace_);
        hidden_.assign(trace_.steps.size(), false);
        for (const trace::Fold& fold : folds_) std::fill_n(hidden_.begin() + std::ptrdiff_t(fold.first), fold.count, true);
        find_columns();
        share_room();
    }

    std::string draw() const {
        std::string out = header();
        auto fold = folds_.begin();
        for (std::size_t i = 0; i < trace_.steps.size(); ++i) {
            if (fold != folds_.end() && fold->first == i) out += folded(*fold++);
            if (!hidden_[i]) out += step(i);
        }
        return out;
    }

private:
    using Words = std::vector<std::string>;

    void find_columns() {
        std::map<int, Column> found;
        for (std::size_t i = 0; i < trace_.steps.size(); ++i) {
            auto [column, fresh] = found.try_emplace(trace_.steps[i].thread, Column{trace_.steps[i].thread, i, i});
            column->second.last = i;
        }
        for (auto& [id, column] : found) columns_.push_back(column);
        single_ = columns_.size() > most_columns;
        for (std::size_t i = 0; i < trace_.steps.size(); ++i)
            if (!hidden_[i]) place_width_ = std::max(place_width_, width_of(place_of(trace_.steps[i])));
    }

    void share_room() {
        int source = std::max(place_width_ + 14, width_ * 36 / 100); // kept free at the right
        int room = std::max(width_ - gutter_ - source - 2, 30);
        if (single_) return share_single(room);
        std::vector<Column*> narrow_first;
        for (Column& column : columns_) {
            column.width = natural_width(column) + 2;
            narrow_first.push_back(&column);
        }
        std::stable_sort(narrow_first.begin(), narrow_first.end(), [](auto* a, auto* b) { return a->width < b->width; });
        int waiting = static_cast<int>(columns_.size());
        for (Column* column : narrow_first) {
            column->width = std::min(column->width, std::max(room / waiting--, 8));
            room -= column->width;
        }
        for (Column& column : columns_) {
            column.offset = room_;
            room_ += column.width;
        }
    }

    void share_single(int room) {
        for (Column& column : columns_) label_width_ = std::max(label_width_, width_of(fmt::format("T{}", column.thread)));
        int longest = 0;
        for (const Column& column : columns_) longest = std::max(longest, natural_width(column));
        for (Column& column : columns_) {
            column.offset = label_width_ + 3;
            column.width = std::min(longest, room - column.offset) + 2;
            room_ = column.offset + column.width;
        }
    }

    int natural_width(const Column& column) const {
        int widest = single_ ? 0 : width_of(thread_label(trace_, column.thread));
        for (std::size_t i = 0; i < trace_.steps.size(); ++i)
            if (trace_.steps[i].thread == column.thread && !hidden_[i]) widest = std::max(widest, width_of(one_line(i)));
        return widest;
    }

    const Column& column_of(int thread) const {
        return *std::find_if(columns_.begin(), columns_.end(), [&](const Column& c) { return c.thread == thread; });
    }

    static std::string brackets(const StepText& text) {
        std::string inside = fmt::format("{}", fmt::join(text.details, ", "));
        return inside.empty() ? "" : "(" + inside + ")";
    }

    static bool stuck(const trace::Step& step) { return step.op == trace::Op::blocked || step.op == trace::Op::violation; }

    // Head, brackets and note, each of which starts a line of its own when they do not fit on one.
    Words phrases(std::size_t index) const {
        StepText text = step_text(trace_, index);
        bool sentence = stuck(trace_.steps[index]) && !text.note.empty();
        const std::string said = phrase(trace_.violation.kind);
        bool twice = trace_.steps[index].op == trace::Op::violation && text.note.starts_with(said);
        Words result{twice ? "✗ " + text.note : sentence ? text.head + ": " + text.note : text.head};
        if (std::string inside = brackets(text); !inside.empty()) result.push_back(inside);
        if (!text.note.empty() && !sentence) result.push_back("– " + text.note);
        std::string state;
        for (const auto& [name, value] : trace_.steps[index].state)
            state += (state.empty() ? "" : ", ") + harmless(name) + " = " + harmless(value);
        if (!state.empty()) result.push_back("{" + state + "}");
        return result;
    }

    std::string one_line(std::size_t index) const { return fmt::format("{}", fmt::join(phrases(index), " ")); }

    Words lines_of(std::size_t index, const Column& column) const {
        std::string line = one_line(index);
        int width = std::max(room_ - column.offset - 2, narrowest_step);
        if (width_of(line) <= width) return {line};
        Words lines;
        for (const std::string& phrase : phrases(index)) {
            if (!lines.empty() && width_of(lines.back()) + 1 + width_of(phrase) <= width) {
                lines.back() += " " + phrase;
                continue;
            }
            for (const std::string& part : wrapped(phrase, width - 2)) lines.push_back((lines.empty() ? "" : "  ") + part);
        }
        return lines;
    }

    std::string place_of(const trace::Step& step) const {
        if (!step.site.known()) return {};
        // A path from elsewhere leaves no room for the story; it stands above, with the violation's parts.
        const auto longest = static_cast<std::size_t>(std::min(width_ / 4, 32));
        const std::string path = shown_path(step.site.file);
        return fmt::format("{}:{}", path.size() <= longest ? path : path.substr(path.find_last_of('/') + 1), step.site.line);
    }

    // Lifelines of the other threads, from column `from` to column `to` of the diagram.
    std::string lifelines(std::size_t index, int from, int to) const {
        std::string out;
        int at = from;
        for (const Column& column : columns_) {
            if (single_ || column.offset < from || column.offset >= to || index < column.first || index > column.last) continue;
            out += std::string(column.offset - at, ' ') + paint_(Ink::faint, "│");
            at = column.offset + 1;
        }
        return out + std::string(std::max(to - at, 0), ' ');
    }

    /// What a lambda is called ends with its line, which tells it from others.
    static std::string fitting(const std::string& label, int width) {
        return !label.empty() && label.back() >= '0' && label.back() <= '9' ? shortened(label, width) : trimmed(label, width);
    }

    std::string header() const {
        if (single_) return {};
        std::string out(gutter_, ' ');
        for (const Column& column : columns_) {
            std::string label = padded(fitting(thread_label(trace_, column.thread), column.width - 1), column.width);
            out += paint_.thread(column.thread, label);
        }
        out.erase(out.find_last_not_of(' ') + 1);
        return out + "\n";
    }

    std::string gutter(std::size_t index, bool first) const {
        std::string number = fmt::format("{:>{}}", first ? std::to_string(index + 1) : "", gutter_ - 4);
        bool mark = first && marked_[index];
        return paint_(Ink::bad, mark ? "▶ " : "  ") + paint_(mark ? Ink::bad : Ink::faint, number) + "  ";
    }

    // The source text is said once for consecutive steps of the same place.
    std::string source_at(std::size_t index, int start) const {
        const trace::Step& step = trace_.steps[index];
        std::string place = place_of(step);
        if (place.empty()) return {};
        bool said = index > 0 && trace_.steps[index - 1].thread == step.thread && trace_.steps[index - 1].site.file == step.site.file &&
                    trace_.steps[index - 1].site.line == step.site.line;
        int left = width_ - start - place_width_ - 2;
        std::string source = said || left < 8 ? "" : trimmed(harmless(source_line(step.site)), left);
        if (source.empty()) return paint_(Ink::faint, place);
        return paint_(Ink::faint, padded(place, place_width_)) + "  " + source;
    }

    std::string coloured(std::size_t index, const std::string& words) const {
        const trace::Step& step = trace_.steps[index];
        if (marked_[index]) return paint_(Ink::bad, words);
        if (step.stale) return paint_(Ink::notice, words);
        return paint_.thread(step.thread, words);
    }

    /// One line for steps that do not matter.
    std::string folded(const trace::Fold& fold) const {
        std::string words = "… " + trace::words_of(fold, trace_);
        const int from = fold.call.empty() ? 0 : column_of(trace_.steps[fold.first].thread).offset;
        words = trimmed(words, std::max(width_ - gutter_ - from - 1, narrowest_step));
        std::string line = std::string(std::size_t(gutter_), ' ') + (single_ ? std::string() : lifelines(fold.first, 0, from)) + paint_(Ink::faint, words);
        const int end = from + width_of(words);
        if (!single_ && end + 2 <= room_) line += " " + lifelines(fold.first, end + 1, room_);
        line.erase(line.find_last_not_of(' ') + 1);
        return line + "\n";
    }

    std::string step(std::size_t index) const {
        const Column& column = column_of(trace_.steps[index].thread);
        Words lines = lines_of(index, column);
        std::string out;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            std::string line = gutter(index, i == 0);
            if (single_) line += paint_.thread(column.thread, padded(i ? "" : fmt::format("T{}", column.thread), label_width_)) + paint_(Ink::faint, " │ ");
            else line += lifelines(index, 0, column.offset);
            line += coloured(index, lines[i]);
            int end = column.offset + width_of(lines[i]);
            if (end + 2 <= room_) line += " " + lifelines(index, end + 1, room_); // no lifeline touches the words
            else line += "  ";
            if (i == 0) line += source_at(index, gutter_ + std::max(room_, end + 2));
            line.erase(line.find_last_not_of(' ') + 1);
            out += line + "\n";
        }
        return out;
    }

    const trace::Trace& trace_;
    Paint paint_;
    int width_, gutter_;
    int room_ = 0;        ///< columns for the threads, between the gutter and the source
    int place_width_ = 0; ///< of "file:line"
    int label_width_ = 0; ///< of "T12", when there is a single column
    bool single_ = false;
    std::vector<Column> columns_; ///< by thread
    std::vector<bool> marked_;    ///< steps that are part of the violation
    std::vector<bool> hidden_;    ///< steps that are in a fold
    std::vector<trace::Fold> folds_;
};

} // namespace

std::string columns(const trace::Trace& given, const TextStyle& style) {
    const trace::Trace trace = printable(given);
    return Diagram(trace, style).draw();
}

} // namespace heddle::report
