// Stands before libstdc++'s header of this name: explored, a semaphore is a counter that is taken from in one operation
// (heddle_wait.h). On real threads it is the loop that the original spins in before it sleeps.
#pragma GCC system_header

#ifndef HEDDLE_SHADOW_SEMAPHORE_BASE_H
#define HEDDLE_SHADOW_SEMAPHORE_BASE_H 1

#include <bits/c++config.h>

#if defined _GLIBCXX_RELEASE && _GLIBCXX_RELEASE < 15

#define __semaphore_impl __heddle_original_semaphore_impl
#include_next <bits/semaphore_base.h>
#undef __semaphore_impl

#if __cpp_lib_atomic_wait

#include <bits/heddle_wait.h>

namespace std _GLIBCXX_VISIBILITY(default)
{
_GLIBCXX_BEGIN_NAMESPACE_VERSION

  struct __semaphore_impl
  {
    static constexpr ptrdiff_t _S_max = __gnu_cxx::__int_traits<int>::__max;

    explicit
    __semaphore_impl(int __count) noexcept : _M_counter(__count)
    { __glibcxx_assert(__count >= 0 && __count <= _S_max); }

    __semaphore_impl(const __semaphore_impl&) = delete;
    __semaphore_impl& operator=(const __semaphore_impl&) = delete;

    void
    _M_acquire() noexcept
    {
      if (heddle_explored())
	(void)heddle_take(&_M_counter, sizeof(int), 1, int(memory_order::acquire), 1);
      else
	while (!_M_take())
	  { }
    }

    bool
    _M_try_acquire() noexcept
    {
      if (heddle_explored())
	return int(heddle_try_take(&_M_counter, sizeof(int), 1, int(memory_order::acquire))) > 0;
      return _M_take();
    }

    // Time may pass at any moment: a try that fails has waited as long as it may.
    template<typename _Clock, typename _Duration>
      bool
      _M_try_acquire_until(const chrono::time_point<_Clock, _Duration>& __atime) noexcept
      {
	if (!heddle_explored())
	  {
	    while (!_M_take())
	      if (_Clock::now() >= __atime)
		return false;
	    return true;
	  }
	if (_M_try_acquire())
	  return true;
	if constexpr (is_same_v<_Clock, chrono::steady_clock> || is_same_v<_Clock, chrono::system_clock>)
	  heddle_pass_until(chrono::ceil<chrono::nanoseconds>(__atime.time_since_epoch()).count());
	else
	  heddle_pass(chrono::ceil<chrono::nanoseconds>(__atime - _Clock::now()).count());
	return false;
      }

    template<typename _Rep, typename _Period>
      bool
      _M_try_acquire_for(const chrono::duration<_Rep, _Period>& __rtime) noexcept
      {
	if (!heddle_explored())
	  return _M_try_acquire_until(chrono::steady_clock::now() + __rtime);
	if (_M_try_acquire())
	  return true;
	heddle_pass(chrono::ceil<chrono::nanoseconds>(__rtime).count());
	return false;
      }

    void
    _M_release(ptrdiff_t __update) noexcept
    { _M_release(__update, _S_max); }

    // The counter must not become larger than the semaphore allows.
    void
    _M_release(ptrdiff_t __update, ptrdiff_t __max) noexcept
    {
      const ptrdiff_t __old = __atomic_fetch_add(&_M_counter, int(__update), int(memory_order::release));
      if (__update < 0)
	heddle_misuse("a semaphore is released a negative number of times");
      else if (__old > __max - __update)
	heddle_misuse("a semaphore is released more often than its largest value allows");
    }

  private:
    bool
    _M_take() noexcept
    {
      int __old = __atomic_load_n(&_M_counter, int(memory_order::acquire));
      return __old > 0
	&& __atomic_compare_exchange_n(&_M_counter, &__old, __old - 1, false,
				       int(memory_order::acquire), int(memory_order::relaxed));
    }

    int _M_counter;
  };

_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#elif _GLIBCXX_HAVE_POSIX_SEMAPHORE
namespace std _GLIBCXX_VISIBILITY(default)
{
_GLIBCXX_BEGIN_NAMESPACE_VERSION
  using __semaphore_impl = __heddle_original_semaphore_impl;
_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std
#endif

#else
#include_next <bits/semaphore_base.h>
#endif

#endif
