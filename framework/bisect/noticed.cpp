// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/noticed.hpp"

#include <algorithm>

#include <boost/math/distributions/binomial.hpp>

namespace refrag::bisect {

double noticed(int shown, int boots, double doubt) {
  constexpr double least_doubt = 1e-9;  // rounding may leave none
  if (shown >= boots) return 1;
  return boost::math::binomial_distribution<>::find_upper_bound_on_p(boots, shown,
                                                                     std::max(doubt, least_doubt));
}

}  // namespace refrag::bisect
