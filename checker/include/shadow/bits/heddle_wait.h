// What the shadow headers ask of heddle (models/primitives/await.cpp, semaphore.cpp, meeting.cpp, virtual_time.cpp). All of it
// only where heddle_explored() is true: on real threads, and in static constructors, the loops of the headers wait.
#pragma GCC system_header

#ifndef HEDDLE_SHADOW_WAIT_H
#define HEDDLE_SHADOW_WAIT_H 1

#include <bits/c++config.h>

extern "C"
{
  int heddle_explored() noexcept;

  // The next load of the object waits for a value other than *unwanted: 0, to be notified of it; 1, of a future; 2, of a
  // barrier's phase. Whether there has been one. And notifying.
  void heddle_await(const volatile void*, std::size_t, const void* __unwanted, int __what) noexcept;
  int heddle_has_awaited() noexcept;
  void heddle_notify(const volatile void*, int __all) noexcept;

  // The loads from here on are those of a loop that waits: 1 at a latch or barrier, 2 otherwise, 0 no longer.
  void heddle_waiting(int) noexcept;

  // Of a counter whose lower 32 bits say how much there is. Both return it as it was before.
  unsigned long heddle_take(volatile void*, unsigned __size, unsigned long __amount, int __order, int __waits) noexcept;
  unsigned long heddle_try_take(volatile void*, unsigned __size, unsigned long __amount, int __order) noexcept;

  // Latches and barriers: as long as arrivals commute they are told by these, else they are counted.
  int heddle_arrivals_commute() noexcept;
  void heddle_order_arrivals() noexcept;
  unsigned long heddle_arrive(volatile void*, unsigned long __weight, unsigned long __expected, int __barrier) noexcept;
  void heddle_meet(const volatile void*, unsigned long __phase, unsigned long __expected, int __barrier) noexcept;

  // The program has done what the standard forbids: the only one that may be called on real threads and in static constructors.
  void heddle_misuse(const char*) noexcept;

  // The virtual time, in nanoseconds: so much passes; it is no earlier than that.
  void heddle_pass(long) noexcept;
  void heddle_pass_until(long) noexcept;
}

namespace std _GLIBCXX_VISIBILITY(default)
{
  // While one of these lives the loads are those of a loop that waits.
  struct __heddle_waiting
  {
    explicit __heddle_waiting(int __what) noexcept { heddle_waiting(__what); }
    ~__heddle_waiting() { heddle_waiting(0); }
    __heddle_waiting(const __heddle_waiting&) = delete;
  };
} // namespace std

#endif
