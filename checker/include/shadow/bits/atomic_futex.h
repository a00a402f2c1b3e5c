// Stands before libstdc++'s header of this name: explored, waiting for the status of a future is one load that waits, without
// the bit by which the original announces sleepers. On real threads the original does it.
#pragma GCC system_header

#ifndef HEDDLE_SHADOW_ATOMIC_FUTEX_H
#define HEDDLE_SHADOW_ATOMIC_FUTEX_H 1

#include <bits/c++config.h>

#define __atomic_futex_unsigned __heddle_original_futex_unsigned
#include_next <bits/atomic_futex.h>
#undef __atomic_futex_unsigned

#include <bits/heddle_wait.h>

namespace std _GLIBCXX_VISIBILITY(default)
{
_GLIBCXX_BEGIN_NAMESPACE_VERSION

  // Its word lies at offset 0 of the original, as libstdc++'s compiled part knows.
  template <unsigned _Waiter_bit = 0x80000000>
    class __atomic_futex_unsigned
    {
      __heddle_original_futex_unsigned<_Waiter_bit> _M_original;

      unsigned*
      _M_word() noexcept
      { return reinterpret_cast<unsigned*>(&_M_original); }

      // Waits for another value than that one.
      unsigned
      _M_await(unsigned __unwanted, memory_order __mo)
      {
	heddle_await(_M_word(), sizeof(unsigned), &__unwanted, 1);
	return __atomic_load_n(_M_word(), int(__mo));
      }

      // Time may pass at any moment: a look that does not find the value has waited as long as it may.
      bool
      _M_look(unsigned __val, memory_order __mo)
      { return __atomic_load_n(_M_word(), int(__mo)) == __val; }

    public:
      explicit
      __atomic_futex_unsigned(unsigned __data) : _M_original(__data)
      { }

      unsigned
      _M_load(memory_order __mo)
      { return __atomic_load_n(_M_word(), int(__mo)) & ~_Waiter_bit; }

      unsigned
      _M_load_when_not_equal(unsigned __val, memory_order __mo)
      {
	if (heddle_explored())
	  return _M_await(__val, __mo);
	return _M_original._M_load_when_not_equal(__val, __mo);
      }

      void
      _M_load_when_equal(unsigned __val, memory_order __mo)
      {
	if (!heddle_explored())
	  return _M_original._M_load_when_equal(__val, __mo);
	// There are two values: ready and not ready.
	while (_M_await(__val ^ 1, __mo) != __val)
	  { }
      }

      template<typename _Rep, typename _Period>
	bool
	_M_load_when_equal_for(unsigned __val, memory_order __mo, const chrono::duration<_Rep, _Period>& __rtime)
	{
	  if (!heddle_explored())
	    return _M_original._M_load_when_equal_for(__val, __mo, __rtime);
	  if (_M_look(__val, __mo))
	    return true;
	  heddle_pass(chrono::__detail::ceil<chrono::nanoseconds>(__rtime).count());
	  return false;
	}

      template<typename _Clock, typename _Duration>
	bool
	_M_load_when_equal_until(unsigned __val, memory_order __mo, const chrono::time_point<_Clock, _Duration>& __atime)
	{
	  if (!heddle_explored())
	    return _M_original._M_load_when_equal_until(__val, __mo, __atime);
	  if (_M_look(__val, __mo))
	    return true;
	  if (is_same<_Clock, chrono::steady_clock>::value || is_same<_Clock, chrono::system_clock>::value)
	    heddle_pass_until(chrono::__detail::ceil<chrono::nanoseconds>(__atime.time_since_epoch()).count());
	  else
	    heddle_pass(chrono::__detail::ceil<chrono::nanoseconds>(__atime - _Clock::now()).count());
	  return false;
	}

      void
      _M_store_notify_all(unsigned __val, memory_order __mo)
      {
	if (heddle_explored())
	  (void)__atomic_exchange_n(_M_word(), __val, int(__mo));
	else
	  _M_original._M_store_notify_all(__val, __mo);
      }
    };

_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std

#endif
