#include "report/shown_path.hpp"

#include <filesystem>

namespace heddle::report {

std::string shown_path(const std::string& file) {
    std::error_code error;
    const auto here = std::filesystem::current_path(error);
    if (error || !std::filesystem::path(file).is_absolute()) return file;
    const std::string relative = std::filesystem::path(file).lexically_relative(here).string();
    return relative.empty() || relative.size() > file.size() ? file : relative;
}

} // namespace heddle::report
