#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tusker {

namespace asio = boost::asio;

// A coroutine. Rules: named functions, parameters by value (captures of a lambda live in the closure, not in the frame), every wait
// bounded by a Deadline, started only through a TaskGroup. Cancellation unwinds as an exception that only the root of a task catches.
template <class T>
using Task = asio::awaitable<T>;
using Executor = asio::any_io_executor;

}  // namespace tusker
