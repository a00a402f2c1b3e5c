// expect: clean
#include <pthread.h>
static int total;
struct AtEnd {
    int mine = 0;
    ~AtEnd() { total += mine; }
};
static thread_local AtEnd at_end;
static void* work(void* unused) { at_end.mine = 3; return unused; }
int main() {
    for (int i = 0; i < 4; ++i) {
        pthread_t t;
        pthread_create(&t, nullptr, work, nullptr);
        pthread_join(t, nullptr);
    }
    return total != 12;
}
