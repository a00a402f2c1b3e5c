// not silently verified: the program says that it failed
// check: assertion ~ main returned 1: the program says that it failed ~ trace
// check --exit-status any: verified
#include <cstdio>

int main() {
    std::puts("1 test failed");
    return 1;
}
