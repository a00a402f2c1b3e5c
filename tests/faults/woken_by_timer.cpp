// clean: a thread that the C library makes for a timer wakes the only thread that is known
// run: clean
#include <csignal>
#include <ctime>

#include <semaphore.h>

sem_t fired;

void fire(sigval) { sem_post(&fired); }

int main() {
    sem_init(&fired, 0, 0);
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = fire;
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return 1;
    itimerspec when{};
    when.it_value.tv_sec = 1;
    timer_settime(timer, 0, &when, nullptr);
    sem_wait(&fired);
}
