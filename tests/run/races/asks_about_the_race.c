// expect: race
// The program is told of the race while it happens, and asks for its parts. (It exits with 1 when they are wrong.)
#include "meet.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int __tsan_get_report_data(void *report, const char **description, int *count, int *stacks, int *mops, int *locs, int *mutexes,
                           int *threads, int *tids, void **sleep, unsigned long size);
int __tsan_get_report_mop(void *report, unsigned long i, int *tid, void **address, int *size, int *write, int *atomic, void **trace,
                          unsigned long room);
int __tsan_get_report_loc(void *report, unsigned long i, const char **type, void **address, unsigned long *start, unsigned long *size,
                          int *tid, int *fd, int *suppressable, void **trace, unsigned long room);
int __tsan_get_report_thread(void *report, unsigned long i, int *tid, unsigned long long *os, int *running, const char **name,
                             int *parent, void **trace, unsigned long room);
void *__tsan_get_current_report(void);
const char *__tsan_locate_address(unsigned long address, char *name, unsigned long room, unsigned long *start, unsigned long *size);
int __tsan_get_alloc_stack(unsigned long address, unsigned long *trace, unsigned long room, int *tid, unsigned long long *os);
static long *block;
static int global;
static volatile int told;
#define CHECK(what) if (!(what)) { fprintf(stderr, "line %d: %s\n", __LINE__, #what); _exit(1); }
void __tsan_on_report(void *report) {
    const char *text = 0;
    int count, stacks, mops, locs, mutexes, threads, tids, tid, size, write, atomic, fd, suppressable, running, parent;
    void *sleep[4], *trace[16], *address;
    CHECK(report == __tsan_get_current_report());
    CHECK(__tsan_get_report_data(report, &text, &count, &stacks, &mops, &locs, &mutexes, &threads, &tids, sleep, 4));
    CHECK(strcmp(text, "data-race") == 0 && mops == 2 && locs == 1 && threads == 2 && mutexes == 0);
    for (unsigned long i = 0; i < 2; ++i) {
        CHECK(__tsan_get_report_mop(report, i, &tid, &address, &size, &write, &atomic, trace, 16));
        CHECK(address == block + 2 && size == 8 && write && !atomic && trace[0]);
    }
    const char *type = 0, *name = 0;
    unsigned long start, length, stack[16];
    unsigned long long os;
    CHECK(__tsan_get_report_loc(report, 0, &type, &address, &start, &length, &tid, &fd, &suppressable, trace, 16));
    CHECK(strcmp(type, "heap") == 0 && start == (unsigned long)block && length == 64);
    CHECK(__tsan_get_report_thread(report, 1, &tid, &os, &running, &name, &parent, trace, 16));
    char room[100];
    CHECK(strcmp(__tsan_locate_address((unsigned long)(block + 1), room, sizeof room, &start, &length), "heap") == 0);
    CHECK(start == (unsigned long)block && length == 64);
    CHECK(strcmp(__tsan_locate_address((unsigned long)&global, room, sizeof room, &start, &length), "global") == 0);
    CHECK(strcmp(__tsan_locate_address((unsigned long)&fd, room, sizeof room, &start, &length), "stack") == 0);
    CHECK(__tsan_get_alloc_stack((unsigned long)(block + 3), stack, 16, &tid, &os) > 0 && tid == 0);
    told = 1;
}
static void *work(void *unused) {
    block[2] = 1;
    meet();
    return unused;
}
int main(void) {
    meet_of(2);
    block = malloc(64);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    meet();
    block[2] = 2;
    pthread_join(thread, 0);
    CHECK(told);
    return 0;
}
