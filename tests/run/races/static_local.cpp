// expect: clean
#include <pthread.h>
struct Table {
    int cells[8];
    Table() { for (int& cell : cells) cell = 42; }
    ~Table() {}
};
static Table& table() {
    static Table one;
    return one;
}
static void* work(void* at) { *static_cast<int*>(at) = table().cells[5]; return nullptr; }
int main() {
    pthread_t t[3];
    int seen[3];
    for (int i = 0; i < 3; ++i) pthread_create(&t[i], nullptr, work, &seen[i]);
    for (pthread_t one : t) pthread_join(one, nullptr);
    return seen[0] + seen[1] + seen[2] != 126;
}
