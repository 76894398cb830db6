// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/explore/shrink.hpp"

#include <algorithm>

namespace refrag::explore {
namespace {

// Without the items [begin, end) and their frames.
Scenario without_items(const Scenario& scenario, std::size_t begin, std::size_t end) {
  Scenario less{.knobs = scenario.knobs};
  for (std::size_t i = 0; i < scenario.items.size(); ++i) {
    if (i < begin || i >= end) less.items.push_back(scenario.items[i]);
  }
  for (auto shot : scenario.shots) {
    if (shot.item >= begin && shot.item < end) continue;
    if (shot.item >= end) shot.item -= end - begin;
    less.shots.push_back(shot);
  }
  return less;
}

void drop_items(const Scenario& scenario, std::vector<Scenario>& steps) {
  const auto count = scenario.items.size();
  for (auto size = count / 2; size > 0; size /= 2) {
    for (std::size_t begin = 0; begin + size <= count && size < count; begin += size) {
      steps.push_back(without_items(scenario, begin, begin + size));
    }
  }
}

bool comes_twice(const Scenario& scenario, std::size_t place) {
  const auto& shots = scenario.shots;
  return std::find(shots.begin(), shots.begin() + static_cast<std::ptrdiff_t>(place),
                   shots[place]) != shots.begin() + static_cast<std::ptrdiff_t>(place);
}

void drop_repeats(const Scenario& scenario, std::vector<Scenario>& steps) {
  for (std::size_t i = 0; i < scenario.shots.size(); ++i) {
    if (!comes_twice(scenario, i)) continue;
    auto less = scenario;
    less.shots.erase(less.shots.begin() + static_cast<std::ptrdiff_t>(i));
    steps.push_back(std::move(less));
  }
}

// Everything in the order in which a sender sends it.
void put_in_order(const Scenario& scenario, std::vector<Scenario>& steps) {
  auto ordered = scenario;
  std::ranges::stable_sort(ordered.shots, [](const Shot& a, const Shot& b) {
    return std::pair(a.item, a.begin) < std::pair(b.item, b.begin);
  });
  if (ordered != scenario) steps.push_back(std::move(ordered));
}

// An item of another size: its frames keep their places, what is beyond the end goes.
Scenario resized(const Scenario& scenario, std::size_t index, std::size_t size) {
  auto other = scenario;
  const auto before = other.items[index].size;
  other.items[index].size = size;
  std::erase_if(other.shots, [&](Shot& shot) {
    if (shot.item != index) return false;
    if (shot.end == before || shot.end > size) shot.end = size;
    return shot.begin >= shot.end;
  });
  return other;
}

// Where nothing of the item's last frames is left, or a frame would grow, it is no smaller.
void make_smaller(const Scenario& scenario, std::size_t index, std::vector<Scenario>& steps) {
  const auto size = scenario.items[index].size;
  constexpr std::size_t least = 8;
  for (const auto wanted :
       {least, size / 2, size * 3 / 4, size > 1000 ? size - 500 : 0, size > 100 ? size - 64 : 0,
        size - std::min<std::size_t>(size, 8), size - std::min<std::size_t>(size, 1)}) {
    if (wanted >= least && wanted < size) steps.push_back(resized(scenario, index, wanted));
  }
}

// Cut as a sender's stack cuts it, where that is fewer frames.
void cut_as_senders_do(const Scenario& scenario, std::size_t index, std::vector<Scenario>& steps) {
  const auto known = scenario.knobs.find("mtu");
  const int mtu = known == scenario.knobs.end() ? 1500 : std::stoi(known->second);
  const auto& item = scenario.items[index];
  const int room = mtu - (item.pppoe ? static_cast<int>(packet::pppoe_headers) : 0);
  const auto most = static_cast<std::size_t>(packet::fragment_data(room, item.family));
  auto other = scenario;
  const auto is_its = [&](const Shot& shot) { return shot.item == index; };
  const auto first = std::ranges::find_if(other.shots, is_its) - other.shots.begin();
  const auto before = std::erase_if(other.shots, is_its);
  std::vector<Shot> usual;
  for (std::size_t at = 0; at < item.size; at += most) {
    usual.push_back({index, at, std::min(at + most, item.size)});
  }
  if (usual.size() >= before || usual.size() < 2) return;
  other.shots.insert(other.shots.begin() + first, usual.begin(), usual.end());
  steps.push_back(std::move(other));
}

// Two neighbouring fragments as one, as long as that is no larger than the largest there is.
void join_fragments(const Scenario& scenario, std::vector<Scenario>& steps) {
  for (std::size_t i = 0; i < scenario.shots.size(); ++i) {
    for (std::size_t k = 0; k < scenario.shots.size(); ++k) {
      const auto &one = scenario.shots[i], &other = scenario.shots[k];
      if (one.item != other.item || one.end != other.begin) continue;
      std::size_t longest = 0;
      for (const auto& shot : scenario.shots) {
        if (shot.item == one.item) longest = std::max(longest, shot.end - shot.begin);
      }
      if (other.end - one.begin > longest) continue;
      auto joined = scenario;
      joined.shots[i].end = other.end;
      joined.shots.erase(joined.shots.begin() + static_cast<std::ptrdiff_t>(k));
      steps.push_back(std::move(joined));
    }
  }
}

void make_plainer(const Scenario& scenario, std::size_t index, std::vector<Scenario>& steps) {
  const auto change = [&](auto&& to) {
    auto plainer = scenario;
    to(plainer.items[index]);
    if (plainer != scenario) steps.push_back(std::move(plainer));
  };
  change([](Item& item) { item.tags.clear(); });
  change([](Item& item) {
    if (!item.tags.empty()) item.tags.pop_back();
  });
  change([](Item& item) {
    for (auto& tag : item.tags) tag.control &= 0x0fff;
  });
  change([](Item& item) { item.pppoe = false; });
  change([](Item& item) { item.dont_fragment = false; });
  change([](Item& item) { item.from = Side::a; });
  change([](Item& item) { item.flow = 0; });
}

void make_plainer_knobs(const Scenario& scenario, const Knobs& plain,
                        std::vector<Scenario>& steps) {
  for (const auto& [name, value] : plain) {
    const auto found = scenario.knobs.find(name);
    if (found == scenario.knobs.end() || found->second == value) continue;
    auto plainer = scenario;
    plainer.knobs[name] = value;
    steps.push_back(std::move(plainer));
  }
}

}  // namespace

std::vector<Scenario> simpler(const Scenario& scenario, const Knobs& plain) {
  std::vector<Scenario> steps;
  drop_items(scenario, steps);
  put_in_order(scenario, steps);
  drop_repeats(scenario, steps);
  make_plainer_knobs(scenario, plain, steps);
  for (std::size_t i = 0; i < scenario.items.size(); ++i) make_plainer(scenario, i, steps);
  for (std::size_t i = 0; i < scenario.items.size(); ++i) cut_as_senders_do(scenario, i, steps);
  join_fragments(scenario, steps);
  for (std::size_t i = 0; i < scenario.items.size(); ++i) make_smaller(scenario, i, steps);
  return steps;
}

Shrunk shrink(const Scenario& scenario, const Shows& shows, const Knobs& plain, int most_tries) {
  Shrunk result{scenario};
  for (bool again = true; again;) {
    again = false;
    for (const auto& step : simpler(result.scenario, plain)) {
      if (result.tries >= most_tries) return result;
      ++result.tries;
      if (!shows(step)) continue;
      result.scenario = step;
      again = true;
      break;
    }
  }
  result.is_least = true;
  return result;
}

}  // namespace refrag::explore
