// A thread makes the calls; main touches what they read or wrote, of each a byte, on a line of its own.
#pragma once
#define _GNU_SOURCE
#include "meet.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <pwd.h>
#include <regex.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static char texts[64][64]; // each case has its own
static wchar_t wides[8][16];
static time_t instant = 1000000;
static struct tm broken_down, other_broken_down;
static struct timeval of_day;
static struct timespec of_clock;
static struct tms of_times;
static struct stat of_file;
static struct utsname of_system;
static struct rusage used;
static struct rlimit limits;
static struct passwd of_user;
static struct passwd *found_user;
static sigset_t signals;
static stack_t stack_of_signals;
static regmatch_t matches[2];
static struct pollfd polled[1];
static int numbers[32], file_numbers[2];
static double doubles[4];
static long scanned_number;
static char scanned_text[16];
static char *line, *end_of_number, *saved_token, *made;
static size_t size_of_line;
static unsigned seed;
static volatile long sink; // or calls without effect are left out
static int to_sort[4] = {3, 1, 2, 0};
static struct iovec parts[1];
static cpu_set_t processors;

static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

__attribute__((noinline)) static void make_calls(void) {
    int pair[2];
    char file[] = "/tmp/heddle-libc-XXXXXX";
    const int number = mkstemp(file);
    FILE *stream = fdopen(number, "w+");
    fputs("a line\n17 word\n", stream);
    rewind(stream);
    getline(&line, &size_of_line, stream);
    fscanf(stream, "%ld %15s", &scanned_number, scanned_text);
    fclose(stream);
    stat(file, &of_file);
    unlink(file);
    strtol(texts[0], &end_of_number, 10);
    sink = (long)atoi(texts[1]);
    sink = (long)strtod(texts[2], 0);
    sscanf(texts[3], "%d %lf", &numbers[0], &doubles[0]);
    localtime_r(&instant, &broken_down);
    mktime(&other_broken_down);
    asctime_r(&broken_down, texts[4]);
    strftime(texts[5], 64, "%Y", &broken_down);
    gettimeofday(&of_day, 0);
    clock_gettime(CLOCK_REALTIME, &of_clock);
    times(&of_times);
    uname(&of_system);
    getrusage(RUSAGE_SELF, &used);
    getrlimit(RLIMIT_NOFILE, &limits);
    getpwuid_r(0, &of_user, texts[6], 64, &found_user);
    inet_pton(AF_INET, texts[7], &numbers[1]);
    inet_ntop(AF_INET, "\1\2\3\4", texts[8], 64);
    sink = (long)memrchr(texts[9], 'x', 64);
    sink = (long)memmem(texts[10], 64, "no", 2);
    sink = (long)strspn(texts[11], "ab");
    sink = (long)strcspn(texts[12], "xy");
    sink = (long)strpbrk(texts[13], "xy");
    sink = (long)strchrnul(texts[14], 'x');
    sink = (long)strcasestr(texts[15], "no");
    strtok_r(texts[16], " ", &saved_token);
    sink = (long)strcoll(texts[17], "b");
    sink = (long)wcslen(wides[0]);
    wmemset(wides[1], L'x', 4);
    wcscpy(wides[2], L"abc");
    sink = (long)wcscmp(wides[3], L"abc");
    mbstowcs(wides[4], "abc", 4);
    sigprocmask(SIG_BLOCK, 0, &signals);
    sigaltstack(0, &stack_of_signals);
    regex_t expression;
    regcomp(&expression, "a(b)", REG_EXTENDED);
    regexec(&expression, texts[18], 2, matches, 0);
    regfree(&expression);
    poll(polled, 1, 0);
    pipe(file_numbers);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    socklen_t size = sizeof numbers[2];
    getsockopt(pair[0], SOL_SOCKET, SO_TYPE, &numbers[2], &size);
    write(pair[0], "0123456789", 10);
    parts[0].iov_base = texts[19], parts[0].iov_len = 4;
    readv(pair[1], parts, 1);
    struct msghdr message = {0};
    message.msg_iov = parts, message.msg_iovlen = 1;
    parts[0].iov_base = texts[20];
    recvmsg(pair[1], &message, 0);
    frexp(3.0, &numbers[3]);
    modf(3.5, &doubles[1]);
    sincos(1, &doubles[2], &doubles[3]);
    rand_r(&seed);
    qsort(to_sort, 4, sizeof to_sort[0], compare);
    vsnprintf(texts[21], 64, "text", (va_list){0});
    asprintf(&made, "%s", texts[22]);
    getcwd(texts[23], 64);
    readlink("/proc/self/exe", texts[24], 10);
    pthread_getname_np(pthread_self(), texts[25], 16);
    sched_getaffinity(0, sizeof processors, &processors);
    const pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, &numbers[4], 0);
}

static void *work(void *unused) {
    make_calls();
    meet();
    return unused;
}

#define WRITTEN(object) sum += *(volatile char *)&(object)
#define READ(object) *(volatile char *)&(object) = 'a'

int main(void) {
    int sum = 0;
    pthread_t thread;
    for (int i = 0; i < 64; ++i) strcpy(texts[i], "aaa");
    strcpy(texts[3], "5 2.5"), strcpy(texts[7], "1.2.3.4"), strcpy(texts[18], "abab");
    for (int i = 0; i < 8; ++i) wcscpy(wides[i], L"aaa");
    meet_of(2);
    pthread_create(&thread, 0, work, 0);
    meet();
#ifdef JOINED
    pthread_join(thread, 0);
#endif
    WRITTEN(line);
    WRITTEN(size_of_line);
    WRITTEN(scanned_number);
    WRITTEN(scanned_text);
    WRITTEN(of_file);
    READ(texts[0]);
    WRITTEN(end_of_number);
    READ(texts[1]);
    READ(texts[2]);
    READ(texts[3]);
    WRITTEN(numbers[0]);
    WRITTEN(doubles[0]);
    READ(instant);
    WRITTEN(broken_down);
    WRITTEN(other_broken_down);
    WRITTEN(texts[4]);
    WRITTEN(texts[5]);
    WRITTEN(of_day);
    WRITTEN(of_clock);
    WRITTEN(of_times);
    WRITTEN(of_system);
    WRITTEN(used);
    WRITTEN(limits);
    WRITTEN(of_user);
    WRITTEN(found_user);
    READ(texts[7]);
    WRITTEN(texts[8]);
    READ(texts[9]);
    READ(texts[10]);
    READ(texts[11]);
    READ(texts[12]);
    READ(texts[13]);
    READ(texts[14]);
    READ(texts[15]);
    READ(texts[16]);
    WRITTEN(saved_token);
    READ(texts[17]);
    READ(wides[0]);
    WRITTEN(wides[1]);
    WRITTEN(wides[2]);
    READ(wides[3]);
    WRITTEN(wides[4]);
    WRITTEN(signals);
    WRITTEN(stack_of_signals);
    READ(texts[18]);
    WRITTEN(matches[1]);
    READ(polled[0]);
    WRITTEN(polled[0].revents);
    WRITTEN(file_numbers[1]);
    WRITTEN(numbers[2]);
    WRITTEN(texts[19]);
    WRITTEN(texts[20]);
    WRITTEN(numbers[3]);
    WRITTEN(doubles[1]);
    WRITTEN(doubles[2]);
    WRITTEN(doubles[3]);
    READ(seed);
    WRITTEN(to_sort[1]);
    WRITTEN(texts[21]);
    WRITTEN(made);
    READ(texts[22]);
    WRITTEN(texts[23]);
    WRITTEN(texts[24]);
    WRITTEN(texts[25]);
    WRITTEN(processors);
    WRITTEN(numbers[4]);
#ifndef JOINED
    pthread_join(thread, 0);
#endif
    return sum == 12345;
}
