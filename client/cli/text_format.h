#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tusker::cli {

// Hadoop's renderings of figures for people and for the scripts that read its tools' output.

// "1.5 K", "128 M"; plain digits below 1024 (StringUtils.TraditionalBinaryPrefix.long2String with one decimal).
std::string human_size(int64_t bytes);
// "12.34 GB", "0 B" (StringUtils.byteDesc), as dfsadmin prints sizes.
std::string byte_description(int64_t bytes);
// "12.35%" (StringUtils.limitDecimalTo2); "NaN%" of no number.
std::string percent(double value, size_t decimals = 2);
// "2026-11-21 16:25" in local time; with seconds in UTC: "2026-11-21 16:25:00".
std::string minute_local(int64_t wall_ms);
std::string second_utc(int64_t wall_ms);
// "Sat Nov 21 04:17:21 UTC 2026": java.util.Date in local time.
std::string java_date(int64_t wall_ms);
// "rwxr-xr-t"
std::string permission_text(uint16_t mode);
// Left or right padded with blanks to `width`.
std::string pad_left(std::string_view text, size_t width);
std::string pad_right(std::string_view text, size_t width);

}  // namespace tusker::cli
