// For tests of the machine: a program that is compiled from a text, and a child process to load it in (there is one program a process).
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace heddle::tests {

/// Compiles the text; the library lies in a folder that lives as long as the object.
class Library {
public:
    Library(const std::string& text, const std::string& suffix, const std::string& options = "-fsanitize=thread") {
        char pattern[] = "/tmp/heddle-machine-XXXXXX";
        if (!mkdtemp(pattern)) std::abort();
        folder_ = pattern;
        std::ofstream(folder_ / ("program" + suffix)) << text;
        const std::string compiler = suffix == ".c" ? "gcc" : "g++ -std=c++20";
        const std::string object = (folder_ / "program.o").string();
        const std::string include = " -I" HEDDLE_SOURCE_DIR "/checker/include -I" HEDDLE_SOURCE_DIR "/checker/include/shadow ";
        const std::string compile = compiler + " -fPIC -g -O1 -w " + options + include + "-c " +
                                    (folder_ / ("program" + suffix)).string() + " -o " + object;
        const std::string link = "g++ -shared -Wl,-z,lazy " + object + " -o " + path().string();
        if (std::system(compile.c_str()) != 0 || std::system(link.c_str()) != 0) std::abort();
    }
    ~Library() { std::filesystem::remove_all(folder_); }
    std::filesystem::path path() const { return folder_ / "program.so"; }

private:
    std::filesystem::path folder_;
};

/// What `work` writes, run in a child process; and how the child ended, if not well.
inline std::string in_child(const std::function<void(std::ostream&)>& work) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    const pid_t child = fork();
    if (child == 0) {
        std::ostringstream out;
        try {
            work(out);
        } catch (const std::exception& problem) {
            out << "exception: " << problem.what() << '\n';
        }
        const std::string text = out.str();
        if (write(ends[1], text.data(), text.size()) < 0) _exit(1);
        _exit(0);
    }
    close(ends[1]);
    std::string text;
    char part[4096];
    for (ssize_t n; (n = read(ends[0], part, sizeof part)) > 0;) text.append(part, static_cast<std::size_t>(n));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) text += "(the child ended with status " + std::to_string(status) + ")";
    return text;
}

} // namespace heddle::tests
