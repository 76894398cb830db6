// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/drive.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"

namespace refrag::bisect {

namespace {

using base::Error;
using base::Fault;

class Driver {
 public:
  Driver(State& state, const Probe& probe, const Drive& options)
      : state_(state), probe_(probe), options_(options) {}

  Conclusion run() {
    for (;;) {
      base::throw_if_stopped();
      const auto step = next(state_.problem(), state_.history(), options_.jobs);
      if (const auto* conclusion = std::get_if<Conclusion>(&step)) return *conclusion;
      round(std::get<Probes>(step));
    }
  }

 private:
  void round(const Probes& builds) {
    if (options_.on_round) options_.on_round(progress(builds));
    const auto first = unused_number();
    std::vector<std::future<void>> others;
    for (std::size_t i = 1; i < builds.size(); ++i) {
      others.push_back(std::async(std::launch::async, [=, this] { boot(builds[i], first + i); }));
    }
    std::exception_ptr failure;
    const auto keep = [&](auto&& work) {
      try {
        work();
      } catch (...) {
        if (!failure) failure = std::current_exception();
      }
    };
    keep([&] { boot(builds.front(), first); });
    for (auto& other : others) keep([&] { other.get(); });
    if (failure) std::rethrow_exception(failure);
    if (faults_ >= options_.faults_in_a_row) give_up();
  }

  void boot(std::size_t build, std::size_t number) {
    const base::Stopwatch watch;
    Boot result{build, ask(build, number), number};
    result.answer.seconds = watch.seconds();
    const std::lock_guard lock(mutex_);
    state_.append(result);
    faults_ = result.answer.kind == Kind::infrastructure ? faults_ + 1 : 0;
    if (options_.on_answer) options_.on_answer(result);
  }

  std::size_t unused_number() const {
    std::size_t unused = 0;
    for (const auto& boot : state_.history()) unused = std::max(unused, boot.number + 1);
    return unused;
  }

  Answer ask(std::size_t build, std::size_t number) const {
    try {
      return probe_(build, number);
    } catch (const Error& error) {
      if (error.fault() != Fault::lab) throw;
      return Answer::infrastructure(error.what());
    }
  }

  Progress progress(const Probes& builds) const {
    Progress progress{builds};
    double seconds = 0;
    for (const auto& boot : state_.history()) {
      if (boot.answer.kind == Kind::infrastructure) continue;
      ++progress.boots;
      seconds += boot.answer.seconds;
    }
    progress.rounds_left = rounds_left(state_.problem(), state_.history(), options_.jobs);
    if (progress.boots > 0) {
      progress.seconds_left =
          seconds / static_cast<double>(progress.boots) * static_cast<double>(progress.rounds_left);
    }
    return progress;
  }

  [[noreturn]] void give_up() const {
    const auto& last = state_.history().back();
    throw Error(Fault::lab,
                fmt::format("the lab failed {} times in a row, with {} it said: {}", faults_,
                            state_.problem().builds[last.build].label, last.answer.text),
                fmt::format("mend it and resume the search in {}", state_.folder().string()));
  }

  State& state_;
  const Probe& probe_;
  const Drive& options_;
  std::mutex mutex_;
  int faults_ = 0;
};

}  // namespace

Conclusion drive(State& state, const Probe& probe, const Drive& options) {
  return Driver(state, probe, options).run();
}

}  // namespace refrag::bisect
