/* What a C program may say to heddle. C++ programs include heddle/heddle.hpp. Every name is resolved by the checker
   when it loads the program. */
#ifndef HEDDLE_HEDDLE_H
#define HEDDLE_HEDDLE_H

#ifdef __cplusplus
extern "C" {
#endif

/* A pattern: one small concurrent program with the verdict it is expected to get. */
struct heddle_pattern {
    const char *name;
    const char *description;
    const char *expected; /* a verdict's name; null or "" means "verified" */
    void (*body)(void);
    const char *file;
    int line;
};

/* Called by static constructors; use HEDDLE_PATTERN. */
void heddle_register_pattern(const struct heddle_pattern *pattern);

/* The condition must hold, else the verdict is "assertion" with this message. */
void heddle_ensure_at(int condition, const char *message, const char *file, int line);
#define heddle_ensure(condition, message) heddle_ensure_at(!!(condition), message, __FILE__, __LINE__)

/* Executions in which the condition does not hold are dropped (and counted as blocked). */
void heddle_assume(int condition);
void __VERIFIER_assume(int condition);

/* Every value 0 … count-1, one execution (at least) for each. count must be at least 1. */
unsigned heddle_choose(unsigned count);

#ifdef __cplusplus
}
#else
#define HEDDLE_PATTERN(pattern_name, text, ...)                                                                        \
    static void pattern_name(void);                                                                                    \
    static const struct heddle_pattern heddle_pattern_##pattern_name = {#pattern_name, text, "" __VA_ARGS__,           \
                                                                        pattern_name,  __FILE__, __LINE__};            \
    __attribute__((constructor)) static void heddle_register_##pattern_name(void) {                                    \
        heddle_register_pattern(&heddle_pattern_##pattern_name);                                                       \
    }                                                                                                                  \
    static void pattern_name(void)
#endif

#endif
