// inconclusive: a static constructor that never returns is ended at the time limit
// check --time-limit 2s: inconclusive ~ a static constructor of the program has not returned after 2 s
// within: 8
volatile int n;
struct Endless { Endless() { for (;;) n = n + 1; } } endless;

int main() {}
