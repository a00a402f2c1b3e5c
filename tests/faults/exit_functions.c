// verified: atexit and on_exit functions, at_quick_exit's, and functions that are destructors by attribute
// check: verified
// check -- -DEND=exit(0): verified
// check -- -DEND=quick_exit(0) -DQUICK: verified
// check -- -DEND=_exit(0) -DNOTHING: verified
// check -- -DWRONG: assertion ~ state == 7
#define _DEFAULT_SOURCE
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

static int state;
static int value = 1;

static void first(void) { assert(state++ == 1); }
static void with_status(int status, void *argument) {
    assert(status == 0 && argument == &value);
    assert(state++ == 0);
}
static void quick(void) { assert(state++ == 0); }

__attribute__((destructor)) static void last(void) {
#ifdef WRONG
    assert(state == 7);
#else
    assert(state == 2);
#endif
#if defined QUICK || defined NOTHING
    abort();
#endif
}

int main(void) {
    atexit(first);
    on_exit(with_status, &value);
    at_quick_exit(quick);
#ifdef END
    END;
#endif
    return 0;
}
