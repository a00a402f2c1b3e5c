// verified, or unsupported or inconclusive within the time limit: a native read that waits for another thread
// check --time-limit 5s: unsupported|inconclusive ~ socketpair
// within: 10
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
int main() {
    int s[2]; socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    std::thread t([&] { char c; recv(s[1], &c, 1, 0); });
    send(s[0], "x", 1, 0);
    t.join();
}
