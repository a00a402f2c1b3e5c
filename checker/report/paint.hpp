// Terminal text: colours that can be switched off, widths of UTF-8, wrapping and trimming.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle::report {

/// What a piece of text is, not how it looks.
enum class Ink { plain, strong, faint, good, bad, notice };

class Paint {
public:
    explicit Paint(bool colour) : colour_(colour) {}
    std::string operator()(Ink ink, std::string_view text) const;
    /// Each thread has its own colour.
    std::string thread(int id, std::string_view text) const;

private:
    std::string with(std::string_view code, std::string_view text) const;
    bool colour_;
};

/// Columns the text takes: code points, which is right for everything heddle itself prints.
int width_of(std::string_view utf8);

/// At most `width` columns; what is cut off is shown as "…".
std::string trimmed(std::string_view utf8, int width);

/// At most `width` columns; what is left out in the middle is shown as "…": of long names both ends say something.
std::string shortened(std::string_view utf8, int width);

/// Broken at blanks into lines of at most `width`; a longer word keeps its line to itself.
std::vector<std::string> wrapped(std::string_view text, int width);

/// Filled up with blanks on the right.
std::string padded(std::string text, int width);

/// Control characters made visible: what a program prints must not drive the user's terminal.
std::string harmless(std::string_view text);

} // namespace heddle::report
