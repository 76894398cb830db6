// SPDX-License-Identifier: GPL-2.0-or-later
// The guest's init: the only program in it. Makes the machine ready, says hello on the console and
// then answers the runner until it is told to power off. With --stdio it is an ordinary process
// that answers on its standard streams and touches nothing until it is asked to.
#include <cstring>
#include <string>

#include <unistd.h>

#include "framework/protocol/line.hpp"
#include "vm-images/agent/console.hpp"
#include "vm-images/agent/fatal.hpp"
#include "vm-images/agent/machine.hpp"
#include "vm-images/agent/verbs.hpp"

namespace {

using namespace refrag;
using namespace refrag::agent;

constexpr Micros kIdle = 60'000'000;

// The last request and what was said to it: asked again, it is said again and not done again.
class Conversation {
 public:
  Conversation(Agent& agent, Console& console) : agent_(agent), console_(console) {}

  void take(const protocol::Message& request) {
    if (!(request == request_)) {
      reply_ = answer(agent_, request);
      request_ = request;
    }
    console_.say(reply_);
    catch_up(agent_);
  }

 private:
  Agent& agent_;
  Console& console_;
  protocol::Message request_;
  protocol::Message reply_;
};

void serve(Agent& agent, Console& console) {
  Conversation conversation(agent, console);
  while (!agent.asked_to_end) {
    for (const auto& request : console.read(kIdle, agent.watch)) conversation.take(request);
    if (console.at_end() && !agent.owns_machine) return;
    if (console.at_end()) sleep(1);  // nobody there: not the end of the machine
  }
  console.drain(1'000'000);
}

}  // namespace

int main(int argc, char** argv) {
  Agent agent;
  agent.owns_machine = getpid() == 1 && !(argc > 1 && std::strcmp(argv[1], "--stdio") == 0);
  if (!agent.owns_machine && argc < 2) {
    static constexpr char kUsage[] = "agent: the init of a guest; elsewhere use --stdio\n";
    return write(2, kUsage, sizeof kUsage - 1) < 0 ? 3 : 2;
  }
  install_last_words(1);
  std::vector<Problem> problems;
  if (agent.owns_machine) problems = prepare_machine();
  Console console(0, 1);
  console.make_raw();
  if (auto failed = agent.links.open(); !failed.empty()) problems.push_back(failed);
  auto greeting = hello(agent.links);
  for (const auto& problem : problems) greeting.add("problem", problem);
  console.say(greeting);
  serve(agent, console);
  if (agent.owns_machine) power_off();
  return 0;
}
