// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/ring.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace refrag::agent {
namespace {

// A block is used up by what comes in the retire time: 512 of them by no less than 8 s.
constexpr std::uint32_t kBlockSize = 1 << 15;
constexpr std::uint32_t kFrameSize = 2048;
constexpr std::uint64_t kSecond = 1'000'000'000;

const tpacket_hdr_v1& head_of(const char* block) {
  return reinterpret_cast<const tpacket_block_desc*>(block)->hdr.bh1;
}

Frame frame_of(const char* at) {
  const auto& head = *reinterpret_cast<const tpacket3_hdr*>(at);
  const auto& from = *reinterpret_cast<const sockaddr_ll*>(at + TPACKET_ALIGN(sizeof head));
  Frame frame;
  frame.at = head.tp_sec * kSecond + head.tp_nsec;
  frame.outgoing = from.sll_pkttype == PACKET_OUTGOING;
  frame.has_tag = (head.tp_status & TP_STATUS_VLAN_VALID) != 0;
  frame.tag = static_cast<std::uint16_t>(head.hv1.tp_vlan_tci);
  if ((head.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0) frame.tag_type = head.hv1.tp_vlan_tpid;
  frame.whole = head.tp_len;
  frame.bytes = std::string_view(at + head.tp_mac, head.tp_snaplen);
  return frame;
}

}  // namespace

void append_tagged(std::string& bytes, const Frame& frame) {
  constexpr std::size_t addresses = 12;
  if (!frame.has_tag || frame.bytes.size() < addresses) {
    bytes += frame.bytes;
    return;
  }
  bytes += frame.bytes.substr(0, addresses);
  for (const auto value : {frame.tag_type, frame.tag}) {
    bytes += static_cast<char>(value >> 8);
    bytes += static_cast<char>(value & 0xff);
  }
  bytes += frame.bytes.substr(addresses);
}

Ring::~Ring() {
  if (memory_ != nullptr) munmap(memory_, std::size_t{kBlockSize} * shape_.blocks);
}

Problem Ring::open(const std::string& device, const RingShape& shape) {
  shape_ = shape;
  socket_ = Fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  if (!socket_) return problem("opening a packet socket");
  const int version = TPACKET_V3;
  tpacket_req3 wanted{};
  wanted.tp_block_size = kBlockSize;
  wanted.tp_block_nr = shape.blocks;
  wanted.tp_frame_size = kFrameSize;
  wanted.tp_frame_nr = kBlockSize / kFrameSize * shape_.blocks;
  wanted.tp_retire_blk_tov = static_cast<unsigned>(shape.retire_time);
  if (setsockopt(socket_.get(), SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0 ||
      setsockopt(socket_.get(), SOL_PACKET, PACKET_RX_RING, &wanted, sizeof wanted) != 0) {
    return problem("making a ring for " + device);
  }
  void* const memory = mmap(nullptr, std::size_t{kBlockSize} * shape_.blocks,
                            PROT_READ | PROT_WRITE, MAP_SHARED, socket_.get(), 0);
  if (memory == MAP_FAILED) return problem("mapping the ring for " + device);
  memory_ = static_cast<char*>(memory);
  madvise(memory, std::size_t{kBlockSize} * shape_.blocks, MADV_DONTFORK);  // a child would keep it
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex(device.c_str()));
  if (address.sll_ifindex == 0) return problem("looking for " + device);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  return bind(socket_.get(), generic, sizeof address) == 0 ? Problem()
                                                           : problem("listening on " + device);
}

char* Ring::block(std::uint32_t index) const {
  return memory_ + std::size_t{index % shape_.blocks} * kBlockSize;
}

void Ring::turn() {
  const auto status = [&](std::uint32_t index) -> std::uint32_t& {
    return reinterpret_cast<tpacket_block_desc*>(block(index))->hdr.bh1.block_status;
  };
  while (held_ < shape_.blocks &&
         (__atomic_load_n(&status(oldest_ + held_), __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0) {
    ++held_;
  }
  while (held_ > shape_.blocks - shape_.free) give_back_oldest();
}

void Ring::give_back_oldest() {
  auto* const start = block(oldest_);
  const auto& head = head_of(start);
  gone_ += head.num_pkts;
  gone_until_ = head.ts_last_pkt.ts_sec * kSecond + head.ts_last_pkt.ts_nsec;
  oldest_ = (oldest_ + 1) % shape_.blocks;
  --held_;
  __atomic_store_n(&reinterpret_cast<tpacket_block_desc*>(start)->hdr.bh1.block_status,
                   std::uint32_t{TP_STATUS_KERNEL}, __ATOMIC_RELEASE);
}

void Ring::clear() {
  turn();
  while (held_ > 0) give_back_oldest();
}

// The kernel counts as it fills a block.
bool Ring::is_settled() const {
  if (held_ == shape_.blocks) return true;
  const auto& filling = head_of(block(oldest_ + held_));
  return __atomic_load_n(&filling.num_pkts, __ATOMIC_ACQUIRE) == 0;
}

void Ring::each(const std::function<void(const Frame&)>& take) const {
  for (std::uint32_t i = 0; i < held_; ++i) {
    const char* const start = block(oldest_ + i);
    const char* at = start + head_of(start).offset_to_first_pkt;
    for (std::uint32_t left = head_of(start).num_pkts; left > 0; --left) {
      take(frame_of(at));
      at += reinterpret_cast<const tpacket3_hdr*>(at)->tp_next_offset;
    }
  }
}

void Ring::begin() {
  turn();
  while (held_ > shape_.free) give_back_oldest();
  missed(0);
  dropped_ = gone_ = 0;
}

std::uint32_t Ring::missed(std::uint64_t since) {
  tpacket_stats_v3 counts{};
  socklen_t size = sizeof counts;
  getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &counts, &size);
  dropped_ += counts.tp_drops;
  return dropped_ + (gone_until_ >= since ? gone_ : 0);
}

}  // namespace refrag::agent
