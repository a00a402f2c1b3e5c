/* What a program can ask a race detector about its heap. Found only where the compiler does not bring the header itself. */
#ifndef SANITIZER_ALLOCATOR_INTERFACE_H
#define SANITIZER_ALLOCATOR_INTERFACE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

size_t __sanitizer_get_estimated_allocated_size(size_t size);
/* Whether a living block begins there; and its size. */
int __sanitizer_get_ownership(const volatile void *block);
size_t __sanitizer_get_allocated_size(const volatile void *block);
size_t __sanitizer_get_current_allocated_bytes(void);
size_t __sanitizer_get_heap_size(void);
size_t __sanitizer_get_free_bytes(void);
size_t __sanitizer_get_unmapped_bytes(void);
/* The program may define these two: called after each allocation, and before each release. */
void __sanitizer_malloc_hook(const volatile void *block, size_t size);
void __sanitizer_free_hook(const volatile void *block);
/* … or install up to five pairs. Returns how many there are now, 0 when there is no room. */
int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void *, size_t), void (*freed)(const volatile void *));
void __sanitizer_purge_allocator(void);

#ifdef __cplusplus
}
#endif
#endif
