// Which files are sources, and which of them can be checked by themselves: told from their text, without a compiler.
#include <array>
#include <cctype>
#include <fstream>
#include <sstream>
#include <string_view>

#include "program/compile.hpp"

namespace heddle::program {
namespace {

bool starts_identifier(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool continues_identifier(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The identifiers and punctuation of C++ source text; comments, strings, characters and numbers are passed over.
class Tokens {
public:
    explicit Tokens(std::string_view text) : text_(text) {}

    /// The next identifier, or a single punctuation character; empty at the end.
    std::string_view next() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (starts_with("//")) skip_line_comment();
            else if (starts_with("/*")) skip_past("*/", at_ + 2);
            else if (c == '"' || c == '\'') skip_quoted(c);
            else if (std::isdigit(static_cast<unsigned char>(c))) skip_number();
            else if (starts_identifier(c)) {
                if (const std::string_view name = identifier(); !name.empty()) return name;
            } else if (std::isspace(static_cast<unsigned char>(c))) ++at_;
            else return text_.substr(at_++, 1);
        }
        return {};
    }

private:
    bool starts_with(std::string_view s) const { return text_.substr(at_, s.size()) == s; }

    void skip_past(std::string_view end, std::size_t from) {
        const std::size_t found = text_.find(end, from);
        at_ = found == text_.npos ? text_.size() : found + end.size();
    }

    void skip_line_comment() {
        while (at_ < text_.size() && text_[at_] != '\n') at_ += text_[at_] == '\\' ? 2 : 1; // a backslash joins lines
    }

    void skip_quoted(char quote) {
        for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_)
            if (text_[at_] == '\\') ++at_;
        ++at_;
    }

    void skip_number() { // 1'000'000 and 0x1p-3 are one number each
        while (at_ < text_.size() &&
               (continues_identifier(text_[at_]) || text_[at_] == '.' ||
                (text_[at_] == '\'' && at_ + 1 < text_.size() && continues_identifier(text_[at_ + 1]))))
            ++at_;
    }

    void skip_raw_string() { // at the quote of R"delimiter( … )delimiter"
        const std::size_t open = text_.find('(', at_);
        if (open == text_.npos) at_ = text_.size();
        else skip_past(")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"", open);
    }

    /// The identifier here; empty (and passed over) when it is the prefix of a string or character.
    std::string_view identifier() {
        const std::size_t start = at_;
        while (at_ < text_.size() && continues_identifier(text_[at_])) ++at_;
        const std::string_view name = text_.substr(start, at_ - start);
        if (at_ == text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) return name;
        if (text_[at_] == '"' && (name == "R" || name == "LR" || name == "uR" || name == "UR" || name == "u8R")) {
            skip_raw_string();
            return {};
        }
        return name == "L" || name == "u" || name == "U" || name == "u8" ? std::string_view{} : name;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

bool is_source_file(const std::filesystem::path& path) {
    constexpr std::array extensions{".c", ".cc", ".cpp", ".cxx", ".C", ".c++"};
    for (const char* extension : extensions)
        if (path.extension() == extension) return true;
    return false;
}

bool has_entry(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    const std::string source = text.str();
    Tokens tokens(source);
    std::string_view previous;
    for (std::string_view token = tokens.next(); !token.empty(); token = tokens.next()) {
        if (token == "HEDDLE_PATTERN" || (token == "(" && previous == "main")) return true;
        previous = token;
    }
    return false;
}

} // namespace heddle::program
