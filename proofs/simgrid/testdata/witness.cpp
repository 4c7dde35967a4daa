// The witness runs the real SimGrid: it loads a platform, prints the routes
// between all hosts, then sends the messages that the standard input lists and
// prints when each arrives. One process is one simulation.
//
//   witness PLATFORM.xml [--cfg=…] < messages
//
// A message is a line "start after source destination bytes": it starts so long
// after the arrival of another message, by its number from 0, or after date 0 (-1).
// The output is lines "route source destination latency link:bandwidth …" (latency
// "none" where there is no route) and "message number date".
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <simgrid/s4u.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace sg = simgrid::s4u;

// Names of hosts and links may have spaces in them: they are written with %20.
static std::string replaced(std::string text, const std::string& from, const std::string& to)
{
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

static std::string word(const std::string& name)
{
  return replaced(name, " ", "%20");
}

static void print_route(const sg::Host* from, const sg::Host* to)
{
  std::vector<sg::Link*> links;
  double latency = 0;
  try {
    from->route_to(to, links, &latency);
  } catch (const std::invalid_argument&) { // where Floyd and Dijkstra find none
    links.clear();
    latency = 0;
  }
  if (links.empty() && latency == 0) {
    std::printf("route %s %s none\n", word(from->get_name()).c_str(), word(to->get_name()).c_str());
    return;
  }
  std::printf("route %s %s %.17g", word(from->get_name()).c_str(), word(to->get_name()).c_str(), latency);
  for (const auto* l : links)
    std::printf(" %s:%.17g", word(l->get_name()).c_str(), l->get_bandwidth());
  std::printf("\n");
}

struct Message {
  double start;
  int after;
  sg::Host* source;
  sg::Host* destination;
  double bytes;
  std::vector<int> next; // those that come after it
};

static std::vector<Message> messages;

// send sends a message, and in time all that come after it.
static void send(int number)
{
  while (number >= 0) {
    const Message& m = messages[number];
    sg::Comm::sendto(m.source, m.destination, m.bytes);
    std::printf("message %d %.17g\n", number, sg::Engine::get_clock());
    number = -1;
    for (int next : m.next)
      if (number < 0)
        number = next;
      else
        sg::Actor::create("message", messages[next].source, [next]() {
          sg::this_actor::sleep_for(messages[next].start);
          send(next);
        });
    if (number >= 0)
      sg::this_actor::sleep_for(messages[number].start);
  }
}

int main(int argc, char** argv)
{
  sg::Engine engine(&argc, argv);
  if (argc < 2) {
    std::fprintf(stderr, "usage: witness PLATFORM.xml < messages\n");
    return 2;
  }
  engine.load_platform(argv[1]);
  engine.seal_platform();
  for (const auto* from : engine.get_all_hosts())
    for (const auto* to : engine.get_all_hosts())
      print_route(from, to);

  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream in(line);
    Message m;
    std::string from;
    std::string to;
    in >> m.start >> m.after >> from >> to >> m.bytes;
    m.source      = sg::Host::by_name(replaced(from, "%20", " "));
    m.destination = sg::Host::by_name(replaced(to, "%20", " "));
    messages.push_back(m);
  }
  std::vector<int> first; // those that come after none
  int count = messages.size();
  for (int i = 0; i < count; i++)
    if (messages[i].after >= 0)
      messages[messages[i].after].next.push_back(i);
    else
      first.push_back(i);
  std::stable_sort(first.begin(), first.end(), [](int a, int b) { return messages[a].start < messages[b].start; });
  if (!first.empty())
    sg::Actor::create("starter", messages[first[0]].source, [&first]() {
      for (int i : first) {
        sg::this_actor::sleep_until(messages[i].start);
        sg::Actor::create("message", messages[i].source, send, i);
      }
    });
  engine.run();
  return 0;
}
