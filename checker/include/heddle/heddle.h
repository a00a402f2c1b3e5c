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

/* Invariants (docs/invariants.md). C++ programs say heddle::invariant; this is what it is made of. A term is known by
   its number: heddle_term gives the same number for the same term. */
enum heddle_term_kind {
    HEDDLE_CONSTANT = 1, /* a: the number; b: 1 when it is signed */
    HEDDLE_VALUE,        /* a: a variable's address, b: its size (1 to 8 bytes), c: 1 when it is signed */
    HEDDLE_HELD,         /* a: a mutex's address; 1 while some thread holds it, else 0 */
    HEDDLE_AT,           /* a: a region's label (a string); how many threads are in it */
    HEDDLE_ADD,          /* from here on a, b and c are terms; integers without bounds */
    HEDDLE_SUBTRACT,
    HEDDLE_MULTIPLY,
    HEDDLE_DIVIDE,       /* the divisor must be a constant other than 0 */
    HEDDLE_REMAINDER,
    HEDDLE_EQUAL,        /* from here on 1 or 0 */
    HEDDLE_LESS,
    HEDDLE_LESS_EQUAL,
    HEDDLE_AND,
    HEDDLE_OR,
    HEDDLE_NOT,
    HEDDLE_IF_ELSE       /* a ? b : c */
};
unsigned long heddle_term(unsigned kind, unsigned long a, unsigned long b, unsigned long c);

/* The condition (a term) holds in every state from here on until heddle_invariant_end(self), else the verdict is
   "invariant". `self` is any address that tells this invariant from others of the thread. */
void heddle_invariant_begin(const void *self, const char *name, unsigned long condition, const char *file, int line);
void heddle_invariant_end(const void *self);

/* The thread is in the region of that label until it leaves it. */
void heddle_region_enter(const char *label);
void heddle_region_leave(const char *label);

#define heddle_constant(number) heddle_term(HEDDLE_CONSTANT, (unsigned long)(long)(number), 1, 0)
#define heddle_signed_value(variable) heddle_term(HEDDLE_VALUE, (unsigned long)&(variable), sizeof(variable), 1)
#define heddle_unsigned_value(variable) heddle_term(HEDDLE_VALUE, (unsigned long)&(variable), sizeof(variable), 0)
#define heddle_held(mutex) heddle_term(HEDDLE_HELD, (unsigned long)&(mutex), 0, 0)
#define heddle_at(label) heddle_term(HEDDLE_AT, (unsigned long)(label), 0, 0)

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
