// clean: a handler for a signal wakes the only thread
// run: clean
#include <csignal>

#include <semaphore.h>
#include <unistd.h>

sem_t rung;

void ring(int) { sem_post(&rung); }

int main() {
    sem_init(&rung, 0, 0);
    std::signal(SIGALRM, ring);
    alarm(1);
    while (sem_wait(&rung) != 0) {}
}
