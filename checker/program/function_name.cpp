// A single pass over the demangled text that keeps what stands outside all brackets. It is not a parser of C++: a name
// that it does not understand comes out too long or too short, never as an error.
#include "program/function_name.hpp"

#include <cctype>
#include <cstdlib>
#include <memory>

#include <cxxabi.h>

namespace heddle::program {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$'; }

struct Shortener {
    std::string_view in;
    std::size_t at = 0;
    std::string out;

    bool starts(std::string_view text) const { return in.substr(at).starts_with(text); }
    bool at_word_start() const { return out.empty() || !is_word(out.back()); }

    // Leaves `at` behind the bracket that closes the one at `at`.
    void skip_brackets(char open, char close) {
        int depth = 0;
        for (; at < in.size(); ++at) {
            if (in[at] == open) ++depth;
            if (in[at] == close && --depth == 0) {
                ++at;
                return;
            }
        }
    }

    // "operator<", "operator()", "operator bool": their characters are not brackets or separators.
    void take_operator() {
        out += "operator";
        at += 8;
        if (starts("()") || starts("[]")) {
            out += in.substr(at, 2);
            at += 2;
        } else if (at < in.size() && in[at] == ' ') { // new, delete, or a conversion
            std::size_t end = in.find('(', at);
            out += in.substr(at, end - at);
            at = std::min(end, in.size());
        } else {
            while (at < in.size() && std::string_view("<>=!+-*/%^&|~,").find(in[at]) != std::string_view::npos) out += in[at++];
        }
    }

    // Parameters end the name, unless something local to the function follows ("f(int) const::{lambda()#1}").
    bool ends_after_parameters() {
        skip_brackets('(', ')');
        for (bool more = true; more;) {
            more = false;
            for (std::string_view qualifier : {" const", " volatile", " &&", " &", " noexcept"})
                if (starts(qualifier)) at += qualifier.size(), more = true;
        }
        if (at < in.size() && in[at] == ' ' && at + 1 < in.size() && in[at + 1] != '[') {
            out.clear(); // it was "decltype(...) name"
            ++at;
            return false;
        }
        return !starts("::");
    }

    void run() {
        while (at < in.size()) {
            char c = in[at];
            if (starts("operator") && at_word_start() && (at + 8 >= in.size() || !is_word(in[at + 8]))) take_operator();
            else if (starts("(anonymous namespace)::")) at += 23;
            else if (starts("<lambda") || starts("{lambda")) {
                out += "lambda";
                skip_brackets(c, c == '<' ? '>' : '}');
            } else if (starts("$_")) { // clang numbers its closure types
                out += "lambda";
                for (at += 2; at < in.size() && std::isdigit(static_cast<unsigned char>(in[at]));) ++at;
            } else if (c == '{') skip_brackets('{', '}');
            else if (c == '<') skip_brackets('<', '>');
            else if (c == '[') skip_brackets('[', ']');
            else if (c == '(') {
                if (ends_after_parameters()) return;
            } else if (c == ' ') {
                if (starts(" [clone")) return;
                if (!starts(" <")) out.clear(); // what stood before was the return type ("operator<< <int>" is one name)
                ++at;
            } else {
                out += c;
                ++at;
            }
        }
    }
};

} // namespace

std::string shorten(std::string_view demangled) {
    Shortener shortener{demangled, 0, {}};
    shortener.run();
    std::string name = std::move(shortener.out);
    for (std::string_view member : {"lambda::operator()", "lambda::~lambda"}) // what is captured dies where the user wrote the lambda
        for (std::size_t at; (at = name.find(member)) != std::string::npos;) name.erase(at + 6, member.size() - 6);
    return name.starts_with("~lambda") ? name.substr(1) : name; // at -g1 the class around it is not recorded
}

std::string function_name(const std::string& linkage_name) {
    if (!linkage_name.starts_with("_Z")) return linkage_name.substr(0, linkage_name.find('.')); // "worker.constprop.0"
    const std::string text = demangled(linkage_name);
    return text == linkage_name ? text : shorten(text);
}

std::string demangled(const std::string& linkage_name) {
    int status = 0;
    std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(linkage_name.c_str(), nullptr, nullptr, &status), &std::free);
    return text ? text.get() : linkage_name;
}

} // namespace heddle::program
