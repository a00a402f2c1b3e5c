// unsupported: the kernel writes a variable, called by inline assembly; what it wrote was once taken as it was
// check: unsupported ~ `names.sysname[0]` is written ~ unseen_system_call.c:14 ~ by code that is not known
// not: data-race
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

static struct utsname names;
static long ask(long number, void* buffer) { long result; __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(buffer) : "rcx", "r11"); return result; }

static void* look(void* unused) {
    (void)unused;
    static int asked;
    ++asked; ask(SYS_uname, &names); ++asked;
    return 0;
}

int main(void) {
    pthread_t a;
    pthread_create(&a, 0, look, 0);
    pthread_join(a, 0);
    return names.sysname[0] == 'L' ? 0 : 1;
}
