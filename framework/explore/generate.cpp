// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/explore/generate.hpp"

#include <algorithm>

namespace refrag::explore {

using packet::Family;

namespace {

constexpr std::uint64_t knobs_last = 8;  // scenarios

// splitmix64: the standard's distributions differ between libraries.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : state_(seed * 0x9e3779b97f4a7c15u + stream) {}

  std::uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::size_t between(std::size_t least, std::size_t most) {
    return least + static_cast<std::size_t>(next() % (most - least + 1));
  }
  bool one_in(std::size_t n) { return between(1, n) == 1; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[between(0, all.size() - 1)];
  }

 private:
  std::uint64_t state_;
};

std::size_t header_of(const Item& item, bool fragment) {
  if (item.family == Family::ipv4) return packet::ipv4_header;
  return packet::ipv6_header + (fragment ? packet::ipv6_fragment_header : 0);
}

std::size_t room_of(const Item& item, int mtu) {
  return static_cast<std::size_t>(mtu) - (item.pppoe ? packet::pppoe_headers : 0);
}

std::vector<packet::Tag> random_tags(Random& random) {
  const auto id = static_cast<std::uint16_t>(random.between(1, 4));
  const auto priority =
      static_cast<std::uint16_t>(random.one_in(3) ? random.between(0, 7) << 13 : 0);
  const packet::Tag vlan{packet::ether_type::vlan, static_cast<std::uint16_t>(id | priority)};
  const packet::Tag service{packet::ether_type::service_vlan, id};
  switch (random.between(0, 9)) {
    case 0:
      return {{packet::ether_type::vlan, static_cast<std::uint16_t>(5 << 13)}};  // priority
    case 1:
      return {service};
    case 2:
      return {service, vlan};
    case 3:
      return {vlan, {packet::ether_type::vlan, 9}};
    case 4:
    case 5:
    case 6:
      return {vlan};
    default:
      return {};
  }
}

// Bytes behind the IP header: around the MTU, around what two or three frames hold, or anything.
std::size_t random_size(Random& random, const Item& item, int mtu) {
  const auto whole = room_of(item, mtu) - header_of(item, false);
  constexpr std::size_t least = 8, largest = 65000;
  const auto jitter = random.between(0, 48);
  switch (random.between(0, 9)) {
    case 0:
      return random.between(least, whole);
    case 1:
    case 2:
    case 3:
      return whole - 16 + jitter;
    case 4:
    case 5:
      return 2 * whole - 40 + jitter;
    case 6:
      return random.between(whole, 6 * whole);
    case 7:
      return random.one_in(6) ? random.between(least, largest) : 3 * whole - 60 + jitter;
    default:
      return random.between(least, 3 * whole);
  }
}

// Bytes of IP of the largest fragment. Non-last fragments of IPv6 below 1280 are refused by design
// since Linux 4.19.
int random_mtu(Random& random, const Item& item, int mtu) {
  const int room = static_cast<int>(room_of(item, mtu));
  if (random.one_in(2)) return room;
  const int least = item.family == Family::ipv4 ? 68 : 1296;
  const std::vector<int> usual = {576, 1000, 1280, 1400, 1492, room - 1, room - 4, room - 8};
  const int chosen = random.one_in(2)
                         ? random.of(usual)
                         : static_cast<int>(random.between(static_cast<std::size_t>(least + 500),
                                                           static_cast<std::size_t>(room)));
  return std::clamp(chosen, least, room);
}

std::vector<Shot> cut(Random& random, const Item& item, std::size_t index, int mtu) {
  if (header_of(item, false) + item.size <= room_of(item, mtu) && !random.one_in(6)) {
    return {{index, 0, item.size}};
  }
  const auto most = static_cast<std::size_t>(random_mtu(random, item, mtu));
  const auto data = (most - header_of(item, true)) / 8 * 8;
  std::vector<Shot> shots;
  for (std::size_t at = 0; at < item.size;) {
    const auto size =
        random.one_in(12) && item.family == Family::ipv4 ? random.between(1, data / 8) * 8 : data;
    shots.push_back({index, at, std::min(at + size, item.size)});
    at = shots.back().end;
  }
  return shots;
}

void reorder(Random& random, std::vector<Shot>& shots) {
  if (shots.size() < 2) return;
  switch (random.between(0, 5)) {
    case 0:
      std::ranges::reverse(shots);
      break;
    case 1:
      for (std::size_t i = shots.size() - 1; i > 0; --i) {
        std::swap(shots[i], shots[random.between(0, i)]);
      }
      break;
    case 2:
      std::swap(shots.front(), shots.back());
      break;
    case 3:
      if (random.one_in(3)) shots.insert(shots.begin(), random.of(shots));  // one of them twice
      break;
    default:
      break;
  }
}

Item random_item(Random& random, int mtu) {
  Item item;
  item.from = random.one_in(3) ? Side::b : Side::a;
  item.family = random.one_in(3) ? Family::ipv6 : Family::ipv4;
  item.tags = random_tags(random);
  item.pppoe = random.one_in(8);
  item.flow = static_cast<int>(random.between(0, 5));
  item.dont_fragment = item.family == Family::ipv4 && random.one_in(6);
  item.size = random_size(random, item, mtu);
  return item;
}

// Frames of datagrams meet each other, each datagram's own stay in their order.
std::vector<Shot> mix(Random& random, std::vector<std::vector<Shot>> parts, bool interleaved) {
  std::vector<Shot> all;
  for (std::size_t begin = 0; begin < parts.size();) {
    const auto width = interleaved ? std::min(random.between(1, 5), parts.size() - begin) : 1;
    std::vector<std::vector<Shot>> group(
        parts.begin() + static_cast<std::ptrdiff_t>(begin),
        parts.begin() + static_cast<std::ptrdiff_t>(begin + width));
    begin += width;
    while (!group.empty()) {
      const auto chosen = random.between(0, group.size() - 1);
      auto& part = group[chosen];
      all.push_back(part.front());
      part.erase(part.begin());
      if (part.empty()) group.erase(group.begin() + static_cast<std::ptrdiff_t>(chosen));
    }
  }
  return all;
}

// Bytes of IP that the ports take under these settings.
int mtu_under(const Knobs& knobs, const Ranges& ranges) {
  const auto mtu = knobs.find("mtu");
  return mtu == knobs.end() ? ranges.mtu : std::stoi(mtu->second);
}

Knobs random_knobs(std::uint64_t seed, std::uint64_t number, const Ranges& ranges) {
  Random random(~seed, number / knobs_last);
  Knobs knobs;
  for (const auto& [name, values] : ranges.values) knobs[name] = random.of(values);
  return knobs;
}

}  // namespace

Scenario generate(std::uint64_t seed, std::uint64_t number, const Ranges& ranges) {
  Random random(seed, number * 0x5851f42d4c957f2du + 1);
  Scenario scenario{.knobs = random_knobs(seed, number, ranges)};
  const int mtu = mtu_under(scenario.knobs, ranges);
  const auto wanted = random.between(1, ranges.items);
  std::vector<std::vector<Shot>> parts;
  std::size_t frames = 0;
  while (parts.size() < wanted) {
    const auto item = random_item(random, mtu);
    auto shots = cut(random, item, scenario.items.size(), mtu);
    reorder(random, shots);
    if (frames + shots.size() > ranges.frames) break;
    frames += shots.size();
    scenario.items.push_back(item);
    parts.push_back(std::move(shots));
  }
  scenario.shots = mix(random, std::move(parts), random.one_in(2));
  return scenario;
}

}  // namespace refrag::explore
