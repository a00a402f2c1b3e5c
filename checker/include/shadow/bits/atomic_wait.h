// Stands before libstdc++'s header of this name, whose waits spin a counted number of times and then sleep in the kernel.
// Explored, std::atomic::wait is one load that waits, and notifying is an operation (heddle_wait.h). On real threads, and
// where a library waits for a condition of its own, they become plain loops around their atomic load.
#pragma GCC system_header

#ifndef HEDDLE_SHADOW_ATOMIC_WAIT_H
#define HEDDLE_SHADOW_ATOMIC_WAIT_H 1

#include <bits/c++config.h>

#if defined _GLIBCXX_RELEASE && _GLIBCXX_RELEASE < 15

// The original keeps its other names (timed waits are built on them) and gives these five up.
#define __atomic_wait_address_v __heddle_original_wait_address_v
#define __atomic_wait_address __heddle_original_wait_address
#define __atomic_wait_address_bare __heddle_original_wait_address_bare
#define __atomic_notify_address __heddle_original_notify_address
#define __atomic_notify_address_bare __heddle_original_notify_address_bare
#include_next <bits/atomic_wait.h>
#undef __atomic_wait_address_v
#undef __atomic_wait_address
#undef __atomic_wait_address_bare
#undef __atomic_notify_address
#undef __atomic_notify_address_bare

#if defined _GLIBCXX_HAS_GTHREADS || defined _GLIBCXX_HAVE_LINUX_FUTEX

#include <bits/heddle_wait.h>

namespace std _GLIBCXX_VISIBILITY(default)
{
_GLIBCXX_BEGIN_NAMESPACE_VERSION

  template<typename _Tp, typename _ValFn>
    inline void
    __atomic_wait_address_v(const _Tp* __addr, _Tp __old, _ValFn __vfn) noexcept
    {
      if (sizeof(_Tp) <= 16 && heddle_explored())
	{
	  heddle_await(__addr, sizeof(_Tp), std::__addressof(__old), 0);
	  (void)__vfn();
	  if (heddle_has_awaited())
	    return;
	}
      __heddle_waiting __loop(2);
      while (__detail::__atomic_compare(__old, __vfn()))
	{ }
    }

  template<typename _Tp, typename _Pred>
    inline void
    __atomic_wait_address(const _Tp*, _Pred __pred) noexcept
    {
      __heddle_waiting __loop(2);
      while (!__pred())
	{ }
    }

  template<typename _Pred>
    inline void
    __atomic_wait_address_bare(const __detail::__platform_wait_t*, _Pred __pred) noexcept
    {
      __heddle_waiting __loop(2);
      while (!__pred())
	{ }
    }

  template<typename _Tp>
    inline void
    __atomic_notify_address(const _Tp* __addr, bool __all) noexcept
    {
      if (heddle_explored())
	heddle_notify(__addr, __all);
    }

  inline void
  __atomic_notify_address_bare(const __detail::__platform_wait_t*, bool) noexcept
  { }

_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#endif

#else
#include_next <bits/atomic_wait.h>
#endif

#endif
