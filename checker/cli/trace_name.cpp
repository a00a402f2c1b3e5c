#include "cli/trace_name.hpp"

#include "core/error.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"
#include "trace/json.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;

bool has_twin(const fs::path& source) {
    std::error_code error;
    for (const fs::directory_entry& other : fs::directory_iterator(source.parent_path().empty() ? "." : source.parent_path(), error))
        if (other.path().filename() != source.filename() && other.path().stem() == source.stem() && program::is_source_file(other.path()))
            return true;
    return false;
}

} // namespace

fs::path trace_stem(const fs::path& source) {
    const std::string name = has_twin(source) ? source.filename().string() : source.stem().string();
    std::error_code error;
    const fs::path absolute = fs::absolute(source, error).lexically_normal();
    const fs::path relative = absolute.lexically_relative(fs::current_path(error));
    if (error || relative.empty() || relative.is_absolute() || *relative.begin() == "..")
        return name + "-" + program::hash_of(absolute.parent_path().string()).hex().substr(0, 8);
    return relative.parent_path() / name;
}

std::string variant_of(const std::vector<std::string>& options, const std::vector<std::string>& arguments) {
    if (options.empty() && arguments.empty()) return {};
    program::KeyBuilder key;
    for (const std::string& option : options) key.add(option);
    key.add("--");
    for (const std::string& argument : arguments) key.add(argument);
    return "-" + key.hash().hex().substr(0, 4);
}

void save_trace(trace::Finding& finding, const fs::path& path) {
    try {
        trace::write(finding.trace, path);
        finding.saved = path.string();
    } catch (const UserError& problem) {
        finding.not_saved = problem.what();
    }
}

} // namespace heddle::cli
