#include "common/env/env.h"

#include <boost/asio/strand.hpp>

namespace tusker {

Executor Env::make_strand() const { return asio::make_strand(net); }

}  // namespace tusker
