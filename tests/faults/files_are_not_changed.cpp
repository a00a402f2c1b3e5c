// unsupported: what is written, removed or renamed would outlast the execution
// check -- -DCHANGE=1: unsupported ~ not modelled
// check -- -DCHANGE=2: unsupported ~ /tmp/heddle-never-made ~ to write to it
// check -- -DCHANGE=3: unsupported ~ to write to it
// check -- -DCHANGE=4: unsupported ~ remove is not modelled
// check -- -DCHANGE=5: unsupported ~ unlink is not modelled
// check -- -DCHANGE=6: unsupported ~ rename is not modelled
// check -- -DCHANGE=7: unsupported ~ mkdir is not modelled
// check -- -DCHANGE=8: unsupported ~ truncate is not modelled
// check -- -DCHANGE=9: unsupported ~ create_directory
// check -- -DCHANGE=10: verified
// check -- -DCHANGE=11: verified
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

constexpr const char* path = "/tmp/heddle-never-made";

void change() {
#if CHANGE == 1
    std::ofstream out(path);
#elif CHANGE == 2
    std::fopen(path, "w");
#elif CHANGE == 3
    (void)!::open(path, O_CREAT | O_WRONLY, 0600);
#elif CHANGE == 4
    std::remove(path);
#elif CHANGE == 5
    ::unlink(path);
#elif CHANGE == 6
    std::rename(path, "/tmp/heddle-never-either");
#elif CHANGE == 7
    ::mkdir(path, 0700);
#elif CHANGE == 8
    (void)!::truncate(path, 0);
#elif CHANGE == 9
    std::filesystem::create_directory(path);
#elif CHANGE == 10
    std::ifstream in("/etc/hostname"); // to look is no change
#elif CHANGE == 11
    std::fclose(std::fopen("/dev/null", "w"));
#endif
}

int main() {
    std::thread t(change);
    t.join();
}
