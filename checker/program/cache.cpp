#include "program/cache.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"

namespace heddle::program {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t entries_per_manifest = 8;
constexpr std::chrono::hours unused_for{24 * 30}; // then it is removed

/// A file as it was when it was read.
struct Stamp {
    std::string content;                  ///< its hash, in hexadecimal
    std::int64_t size = -1, modified = 0; ///< bytes; ns since the epoch
    fs::path path;
};

struct Entry {
    std::string library; ///< its name in the cache: a hash, in hexadecimal
    std::string content; ///< the hash of what the library holds
    std::vector<Stamp> files;
};

std::optional<Stamp> stat_of(const fs::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return std::nullopt;
    return Stamp{{}, info.st_size, info.st_mtim.tv_sec * 1'000'000'000LL + info.st_mtim.tv_nsec, path};
}

bool unchanged(const Stamp& then) {
    const auto now = stat_of(then.path);
    if (!now || now->size != then.size) return false;
    return now->modified == then.modified || hash_of(read_file(then.path)).hex() == then.content;
}

std::vector<Entry> read_manifest(const fs::path& path) {
    std::istringstream in(read_file(path));
    std::vector<Entry> entries;
    for (std::string word; in >> word;) {
        if (word == "library") {
            Entry& entry = entries.emplace_back();
            in >> entry.library >> entry.content;
            // It becomes part of a path.
            if (entry.library.find_first_not_of("0123456789abcdef") != entry.library.npos) entry.library.clear();
        } else if (!entries.empty()) {
            Stamp file{word, -1, 0, {}};
            std::string name;
            in >> file.size >> file.modified;
            in.get();
            std::getline(in, name);
            file.path = name;
            entries.back().files.push_back(std::move(file));
        }
    }
    return entries;
}

std::string manifest_text(const std::vector<Entry>& entries) {
    std::string text;
    for (const Entry& entry : entries) {
        text += fmt::format("library {} {}\n", entry.library, entry.content);
        for (const Stamp& f : entry.files)
            text += fmt::format("{} {} {} {}\n", f.content, f.size, f.modified, f.path.string());
    }
    return text;
}

fs::path cache_folder() {
    const auto set = [](const char* name) {
        const char* value = std::getenv(name);
        return value && *value ? value : nullptr;
    };
    if (const char* folder = set("HEDDLE_CACHE")) return fs::absolute(folder);
    if (const char* folder = set("XDG_CACHE_HOME")) return fs::absolute(folder) / "heddle";
    if (const char* folder = set("HOME")) return fs::absolute(folder) / ".cache" / "heddle";
    return fs::temp_directory_path() / fmt::format("heddle-cache-{}", ::getuid());
}

/// What lies in the cache is loaded and executed: nobody else may have put it there. Throws UserError.
void require_own(const fs::path& folder) {
    const auto refuse = [&](const char* why) {
        throw UserError(fmt::format("the cache folder {} {}: what is in it would be executed; set HEDDLE_CACHE to a folder of your own",
                                    folder.string(), why));
    };
    // The name itself, then what a link leads to: either could be somebody else's.
    struct stat info {};
    if (::lstat(folder.c_str(), &info) != 0 || info.st_uid != ::geteuid()) refuse("belongs to somebody else");
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 || ::fstat(descriptor, &info) != 0) {
        if (descriptor >= 0) ::close(descriptor);
        refuse("cannot be read");
    }
    // A umask of 002 gives the user's own group the right to write.
    if ((info.st_mode & S_IWGRP) && !(info.st_mode & S_IWOTH) && info.st_gid == ::getegid() && info.st_uid == ::geteuid() &&
        ::fchmod(descriptor, info.st_mode & 07755) == 0)
        info.st_mode &= ~mode_t{S_IWGRP};
    ::close(descriptor);
    if (info.st_uid != ::geteuid()) refuse("belongs to somebody else");
    if (info.st_mode & (S_IWGRP | S_IWOTH)) refuse("may be written to by others");
}

} // namespace

std::string read_file(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return {};
    std::string text;
    struct stat info {};
    if (::fstat(fd, &info) == 0 && info.st_size > 0) text.reserve(static_cast<std::size_t>(info.st_size));
    char buffer[65536];
    for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
    ::close(fd);
    return text;
}

std::vector<fs::path> read_depfile(const fs::path& depfile) {
    const std::string text = read_file(depfile);
    std::size_t at = text.find(": ");
    if (at == text.npos) return {};
    std::vector<fs::path> files;
    std::string name;
    const auto end_name = [&] {
        if (!name.empty()) files.emplace_back(std::move(name));
        name.clear();
    };
    for (++at; at < text.size(); ++at) {
        const char c = text[at], following = at + 1 < text.size() ? text[at + 1] : '\0';
        if (c == '\\' && (following == ' ' || following == '#' || following == '\\')) name += text[++at];
        else if (c == '$' && following == '$') name += text[++at];
        else if (c == '\\' && following == '\n') end_name(), ++at;
        else if (c == ' ' || c == '\n') end_name();
        else name += c;
    }
    end_name();
    return files;
}

BuildCache::BuildCache() : folder_(cache_folder()) {
    std::error_code error;
    fs::create_directories(folder_.parent_path(), error);
    ::mkdir(folder_.c_str(), 0700);
    if (!fs::is_directory(folder_, error) || ::access(folder_.c_str(), W_OK) != 0)
        throw UserError(
            fmt::format("cannot write to the cache folder {}; set HEDDLE_CACHE to another one", folder_.string()));
    require_own(folder_);
}

bool BuildCache::holds(const fs::path& library) const {
    std::error_code error;
    const fs::path folder = fs::canonical(folder_, error), file = fs::canonical(library, error);
    return !error && file.parent_path() == folder;
}

fs::path BuildCache::place(const Hash128& name, const char* extension) const {
    return folder_ / (name.hex() + extension);
}

std::optional<fs::path> BuildCache::find(const Hash128& key) const {
    for (const Entry& entry : read_manifest(place(key, ".manifest"))) {
        if (!std::ranges::all_of(entry.files, unchanged)) continue;
        const fs::path library = folder_ / (entry.library + ".so");
        // One that is damaged is built again.
        if (entry.library.empty() || hash_of(read_file(library)).hex() != entry.content) continue;
        ::utimensat(AT_FDCWD, library.c_str(), nullptr, 0); // its time says when it was last used
        return library;
    }
    return std::nullopt;
}

fs::path BuildCache::store(const Hash128& key, const fs::path& library, const std::vector<fs::path>& dependencies,
                           std::int64_t started) {
    Entry entry;
    KeyBuilder name;
    name.add(key.hex());
    bool settled = true;
    for (const fs::path& file : dependencies) {
        auto stamp = stat_of(file);
        if (!stamp) {
            settled = false;
            continue;
        }
        settled = settled && stamp->modified < started;
        stamp->content = hash_of(read_file(file)).hex();
        name.add(file.string()).add(stamp->content);
        entry.files.push_back(std::move(*stamp));
    }
    // What was read may differ from what is there now; such a library must not be found again under either.
    if (!settled) name.add(static_cast<std::uint64_t>(started)).add(static_cast<std::uint64_t>(::getpid()));

    const fs::path kept = place(name.hash(), ".so");
    fs::rename(library, kept);
    if (!settled) return kept;

    entry.library = name.hash().hex();
    entry.content = hash_of(read_file(kept)).hex();
    const fs::path manifest = place(key, ".manifest");
    std::vector<Entry> entries = read_manifest(manifest);
    std::erase_if(entries, [&](const Entry& e) { return e.library == entry.library; });
    entries.insert(entries.begin(), std::move(entry));
    if (entries.size() > entries_per_manifest) entries.resize(entries_per_manifest);
    const fs::path aside = library.parent_path() / "manifest";
    std::ofstream(aside, std::ios::binary) << manifest_text(entries);
    fs::rename(aside, manifest);
    prune();
    return kept;
}

fs::path BuildCache::make_scratch() const {
    std::string name = (folder_ / "build-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw UserError(
            fmt::format("cannot make a folder in the cache {}: {}", folder_.string(), std::strerror(errno)));
    return name;
}

void BuildCache::prune() const {
    // At most once a day, and never in the way of the build that it follows.
    const fs::path stamp = folder_ / "pruned";
    const auto now = fs::file_time_type::clock::now();
    std::error_code error;
    const auto last = fs::last_write_time(stamp, error);
    if (!error && now - last < std::chrono::hours(24)) return;
    std::ofstream{stamp} << "";
    for (fs::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
        std::error_code gone; // another process prunes too
        const auto used = fs::last_write_time(it->path(), gone);
        if (!gone && now - used > unused_for) fs::remove_all(it->path(), gone);
    }
}

} // namespace heddle::program
