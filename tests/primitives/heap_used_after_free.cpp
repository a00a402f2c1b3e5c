// heap: used by the thread that has freed it
// check: memory
struct S {
    int a, b;
};
__attribute__((noinline)) int use(S* s) { return s->a - 1; }
__attribute__((noinline)) void drop(S* s) { delete s; }
int main() {
    S* p = new S{1, 2};
    drop(p);
    return use(p);
}
