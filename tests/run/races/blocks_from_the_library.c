// expect: clean
// Blocks that the C library gets for the program, where freed ones were.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(void) {
    int sum = 0;
    for (int round = 0; round < 3; ++round)
        for (int size = 16; size < 5000; size += 120) {
            void* old = malloc(size);
            memset(old, 1, size);
            free(old);
            char* line = NULL;
            size_t room = 0;
            FILE* file = fopen("/proc/self/status", "r");
            while (getline(&line, &room, file) > 0) sum += line[0] + line[1];
            fclose(file);
            free(line);
            char* text = NULL;
            if (asprintf(&text, "%d and %*d", round, size, round) > 0) sum += text[0] + text[size / 2];
            free(text);
            char* path = realpath("/proc/self/..", NULL);
            if (path) sum += path[0];
            free(path);
            char* here = getcwd(NULL, 0);
            if (here) sum += here[0];
            free(here);
            char* all = NULL;
            FILE* stream = open_memstream(&all, &room);
            fprintf(stream, "%*d", size, size);
            fclose(stream);
            sum += all[0] + all[size / 2];
            free(all);
        }
    return sum == 0;
}
