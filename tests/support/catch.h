#pragma once
// The one place that includes Catch2.
#ifdef TUSKER_CATCH2_V3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
