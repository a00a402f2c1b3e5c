// How a report is to look, whatever it is a report of.
#pragma once

namespace heddle::report {

struct TextStyle {
    bool colour = false;  ///< ANSI escapes; never in a file
    int width = 100;      ///< columns of the terminal; narrower than 60 is treated as 60
    bool verbose = false; ///< tell in full what was expected too, and what an exploration cost
    bool unfolded = false; ///< show the steps of a story that do not matter to its end, too
    bool ascii = false;   ///< nothing but ASCII where the words are heddle's own
};

} // namespace heddle::report
