// The page's own files (report/html/), as the build has put them into the program.
#pragma once

#include <string_view>

namespace heddle::report {

extern const std::string_view html_page, html_style, html_script;

} // namespace heddle::report
