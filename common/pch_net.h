#pragma once
// Precompiled for coroutine code: Asio beside the plain set.
#include "common/pch_base.h"

#include <boost/asio.hpp>
