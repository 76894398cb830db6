// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/result.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/bisect/ends.hpp"
#include "framework/bisect/tally.hpp"

namespace refrag::bisect {

namespace {

using Json = nlohmann::ordered_json;

constexpr int schema_version = 1;

// Never more than it is.
std::string percent(double confidence) {
  if (confidence < 0.99) return fmt::format("{:.0f} %", std::floor(confidence * 100));
  return fmt::format("{:.1f} %", std::floor(std::min(confidence, 0.999) * 1000) / 10);
}

std::string count(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

// Words for one search.
class Teller {
 public:
  Teller(const Problem& problem, History history, const Conclusion& conclusion,
         const Second& second)
      : problem_(problem),
        conclusion_(conclusion),
        second_(second),
        tallies_(tally(problem, history)),
        change_(problem.find == Find::fixed ? "fix" : "break") {}

  std::string sentence() const {
    switch (conclusion_.ending) {
      case Ending::found:
        return found();
      case Ending::blocked:
        return fmt::format("the {} is {}; what is between them cannot be judged ({})", change_,
                           between(), figures());
      case Ending::noisy:
        return fmt::format("no answer within the boots allowed; the {} is {} ({})", change_,
                           between(), figures());
      case Ending::not_monotone:
        return fmt::format(
            "the state changes more than once: {}; give ends between which it "
            "changes once",
            conclusion_.reason);
      case Ending::ends_alike:
        return fmt::format("there is no {} to find: {}", change_, conclusion_.reason);
      case Ending::ends_swapped:
        return fmt::format("{} is {} and {} is {}: look for the opposite", older(),
                           problem_.find == Find::fixed ? "fixed" : "broken", newer(),
                           problem_.find == Find::fixed ? "broken" : "fixed");
      case Ending::unjudged:
        break;
    }
    return fmt::format("the search has no ends: {}", conclusion_.reason);
  }

  // Answers between the ends that count and disagree with the conclusion.
  std::size_t contradictions() const {
    const auto found = find_ends(problem_, tallies_);
    const auto* ends = std::get_if<Ends>(&found);
    if (ends == nullptr) return 0;
    std::size_t against = 0;
    for (auto i = ends->older; i <= ends->newer; ++i) {
      if (i <= conclusion_.older) against += static_cast<std::size_t>(tallies_.of[i].newer);
      if (i >= conclusion_.newer) against += static_cast<std::size_t>(tallies_.of[i].older);
    }
    return against;
  }

  const Tallies& tallies() const { return tallies_; }

 private:
  const std::string& older() const { return problem_.builds[conclusion_.older].label; }
  const std::string& newer() const { return problem_.builds[conclusion_.newer].label; }
  std::string between() const { return fmt::format("after {}, and {} has it", older(), newer()); }

  std::string found() const {
    const auto& named = tallies_.signature;
    const auto bug = named.empty() ? std::string("the bug") : named;
    if (problem_.find == Find::fixed) {
      return fmt::format("{} is the first fixed build, {} still shows {} ({})", newer(), older(),
                         bug, figures());
    }
    return fmt::format("{} is the first broken build, it shows {} and {} does not ({})", newer(),
                       bug, older(), figures());
  }

  std::string figures() const {
    auto text = fmt::format("{} sure if broken builds show it in {:.0f} % of boots or more, {}",
                            percent(conclusion_.confidence), std::ceil(conclusion_.noticed * 100),
                            count(tallies_.boots, "boot"));
    if (const auto against = contradictions(); against > 0) {
      text +=
          fmt::format(", {} of {} contradicted", against, count(tallies_.judged.size(), "answer"));
    }
    if (!tallies_.skipped.empty()) {
      text += fmt::format(", {} skipped", count(tallies_.skipped.size(), "build"));
    }
    const auto elsewhere = words(problem_, tallies_.signature, conclusion_, second_);
    return elsewhere.empty() ? text : text + "; " + elsewhere;
  }

  const Problem& problem_;
  const Conclusion& conclusion_;
  const Second& second_;
  Tallies tallies_;
  std::string_view change_;
};

Json answer_json(const Problem& problem, const Boot& boot, const std::string& signature) {
  return {{"boot", boot.number},
          {"index", boot.build},
          {"build", problem.builds[boot.build].label},
          {"kind", to_text(counts_as(boot.answer, signature))},
          {"text", boot.answer.text},
          {"evidence", boot.answer.evidence},
          {"seconds", boot.answer.seconds}};
}

// Every boot in the order in which the answers came: the path of the search.
Json path_json(const Problem& problem, History history, const std::string& signature) {
  auto path = Json::array();
  for (const auto& boot : history) path.push_back(answer_json(problem, boot, signature));
  return path;
}

Json build_json(const Build& build) {
  return {{"label", build.label}, {"spec", build.spec}, {"version", build.version}};
}

// A build's last answer that could not be counted says why it was skipped.
Json skipped_json(const Problem& problem, History history, const Tallies& tallies) {
  auto skipped = Json::array();
  for (const auto index : tallies.skipped) {
    Json last;
    for (const auto& boot : history) {
      const auto kind = counts_as(boot.answer, tallies.signature);
      if (boot.build == index && (kind == Kind::cannot_judge || kind == Kind::other_signature)) {
        last = answer_json(problem, boot, tallies.signature);
      }
    }
    skipped.push_back(last);
  }
  return skipped;
}

Json said_json(const Answer& answer, const std::string& signature) {
  return {{"kind", to_text(counts_as(answer, signature))},
          {"text", answer.text},
          {"evidence", answer.evidence},
          {"seconds", answer.seconds}};
}

// The pair on another testbed, older first; no answers when it was not asked.
Json second_json(const Problem& problem, const std::string& signature, const Second& second) {
  auto answers = Json::array();
  for (const auto& answer : {second.older_says, second.newer_says}) {
    if (answer) answers.push_back(said_json(*answer, signature));
  }
  return {{"testbed", second.testbed},
          {"agreement", to_text(agreement(problem, signature, second))},
          {"why_not", second.why_not},
          {"answers", answers}};
}

double seconds_of(History history) {
  double seconds = 0;
  for (const auto& boot : history) seconds += boot.answer.seconds;
  return seconds;
}

}  // namespace

std::string sentence(const Problem& problem, History history, const Conclusion& conclusion,
                     const Second& second) {
  return Teller(problem, history, conclusion, second).sentence();
}

std::string to_json(const Problem& problem, History history, const Conclusion& conclusion,
                    const Second& second) {
  const Teller teller(problem, history, conclusion, second);
  const auto& tallies = teller.tallies();
  Json json = {{"type", "bisection"},
               {"schema", schema_version},
               {"find", to_text(problem.find)},
               {"ending", to_text(conclusion.ending)},
               {"sentence", teller.sentence()},
               {"confidence", conclusion.confidence},
               {"noticed", conclusion.noticed},
               {"signature", tallies.signature},
               {"older", build_json(problem.builds[conclusion.older])},
               {"newer", build_json(problem.builds[conclusion.newer])},
               {"boots", tallies.boots},
               {"judged", tallies.judged.size()},
               {"contradicted", teller.contradictions()},
               {"seconds", seconds_of(history)},
               {"second", second_json(problem, tallies.signature, second)},
               {"skipped", skipped_json(problem, history, tallies)},
               {"path", path_json(problem, history, tallies.signature)}};
  auto& builds = json["builds"] = Json::array();
  for (const auto& build : problem.builds) builds.push_back(build_json(build));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

int exit_code(Ending ending) {
  switch (ending) {
    case Ending::found:
      return 0;
    case Ending::ends_alike:
    case Ending::ends_swapped:
      return 2;
    case Ending::blocked:
    case Ending::noisy:
    case Ending::not_monotone:
    case Ending::unjudged:
      break;
  }
  return 4;
}

}  // namespace refrag::bisect
